"""Which entities, fields and records are mirrored, and when: the configuration file, checked and applied."""
