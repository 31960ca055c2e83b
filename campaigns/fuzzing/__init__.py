"""A campaign against the loader: seeded texts and trees, held against PyYAML and a naive resolver.

`invoke fuzz` runs it for as long as it is told; a slice of it is part of the test suite.
"""
