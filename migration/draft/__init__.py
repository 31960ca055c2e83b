"""Writes the shallow form of a preset."""
