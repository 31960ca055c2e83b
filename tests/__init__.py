"""Tests mirror the package: one file a module."""
