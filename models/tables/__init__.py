"""The tables: `conformed` and the five areas are a snapshot's, `operations` is the record's."""
