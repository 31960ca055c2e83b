"""Who needs or names a file."""
