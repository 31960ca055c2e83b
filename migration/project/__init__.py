"""One project as it is now."""
