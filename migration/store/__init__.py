"""What lies under `snapshots/`."""
