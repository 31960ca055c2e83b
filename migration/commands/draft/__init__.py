"""`draft`: the shallow form of presets, and the base that they are to extend."""
