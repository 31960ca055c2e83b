"""Many files -> one config."""
