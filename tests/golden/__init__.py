"""Golden tests: a package, so that the worlds they are held to end with the last of them."""
