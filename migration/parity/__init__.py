"""Compares two runs under a profile, and explains the differences."""
