"""Judges the migration: the true status of each preset, drift, and new presets."""
