"""What we take for granted about SuiteProjects Pro, by subject."""
