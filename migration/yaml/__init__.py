"""One YAML text, read and written."""
