"""The checks of the reconciliation controls: one file an area, one table a control.

A control whose records are not there makes no check: it was not run, which is not the same as that it holds.
"""
