"""Scales on the command line (skalaer): taking in a site's own, seeing what it would change, choosing it."""
