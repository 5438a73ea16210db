"""The demonstration: everything on this machine's loopback, one command to start and to stop it."""
