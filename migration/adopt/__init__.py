"""Looks at a tree that has no settings yet, or odd ones, and says what they should be."""
