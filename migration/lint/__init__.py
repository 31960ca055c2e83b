"""The rules of the layout."""
