"""Config-migration toolkit: freeze what presets resolve to, then prove that a refactor kept it."""

__version__ = "0.1.0"
