"""Handles plain values, without YAML and without the disk."""
