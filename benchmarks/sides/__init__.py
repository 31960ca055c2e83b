"""Programs to be measured as whole processes; each one stands by itself, and imports little."""
