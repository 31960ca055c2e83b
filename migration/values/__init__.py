"""Plain values: no YAML, no disk."""
