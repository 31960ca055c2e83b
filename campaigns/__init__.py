"""Campaigns: thousands of tries at what a test tries once. A slice of each is among the tests."""
