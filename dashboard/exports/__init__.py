"""The tables that can be taken along as files, by area."""
