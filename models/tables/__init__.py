"""The tables: `conformed` and the five areas are a snapshot's, `operations` is the record's."""

from . import fields as fields  # declares tables of the record beside those of `operations`
