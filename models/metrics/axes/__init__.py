"""The dimensions: each a declaration at module level, found by itself."""
