"""Compares the loader with PyYAML and a naive resolver, on seeded texts and trees.

`invoke fuzz` runs it for a given time; the test suite runs a slice of it.
"""
