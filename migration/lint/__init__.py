"""Checks a tree against the layout rules."""
