"""The read-only HTTP API: the numbers of the pages for programs, by personal tokens, in the same scope."""
