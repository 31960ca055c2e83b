"""Reads one project as it is now."""
