"""What we take for granted about NetSuite, by subject."""
