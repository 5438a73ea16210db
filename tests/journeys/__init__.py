"""Journeys in a browser: a package, so that what they drive ends with the last of them."""
