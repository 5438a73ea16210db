"""The SuiteProjects Pro records that are mirrored, by area."""
