"""The layout rules, one module per subject."""
