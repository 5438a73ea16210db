"""The record's schema, step by step: numbered, forward only."""
