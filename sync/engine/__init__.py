"""The engine: pages in, a durable record and a published snapshot out. Only `run` knows the order."""
