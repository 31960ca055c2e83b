"""The shallow form of a preset."""
