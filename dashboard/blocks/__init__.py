"""What pages are made of: each block is declared with a few words and becomes a section."""
