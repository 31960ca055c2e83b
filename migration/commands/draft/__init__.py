"""`draft`: the shallow form of presets."""
