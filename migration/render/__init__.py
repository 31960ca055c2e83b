"""Lays out reports as text, Markdown and JSON. Decides nothing, and prints nothing."""
