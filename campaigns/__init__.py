"""Campaigns try thousands of cases where a test tries one. The tests run a slice of each."""
