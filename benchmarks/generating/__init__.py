"""A legacy tree of any size and its migrated twin, in the shape of this repository's own trees."""
