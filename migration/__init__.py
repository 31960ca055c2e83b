"""Config-migration toolkit: freeze what presets resolve to, then prove that a refactor kept it.

For other programs there is `migration.api`; every other module is private.
"""

__version__ = "0.1.0"
