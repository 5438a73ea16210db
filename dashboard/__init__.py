"""Shows the warehouse to people. Knows no source system."""
