"""Finds what needs or names a file."""
