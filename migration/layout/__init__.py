"""The layout rules: what a tree of presets should look like, judged over facts. No disk here."""
