"""Mirrors NetSuite and SuiteProjects Pro into the warehouse. Knows no web."""
