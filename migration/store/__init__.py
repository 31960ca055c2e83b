"""Reads and writes the files under `snapshots/`."""
