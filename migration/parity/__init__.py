"""Two configs -> their differences, each with a verdict."""
