"""Plans that people upload: a file read, checked row by row, and kept in the record."""
