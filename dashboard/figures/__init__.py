"""Charts: numbers in, figure out."""
