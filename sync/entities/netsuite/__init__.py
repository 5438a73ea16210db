"""The NetSuite records that are mirrored, by area."""
