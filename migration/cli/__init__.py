"""The command line: options, streams, the terminal."""
