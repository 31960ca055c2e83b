"""`accept`: takes differences over on purpose, by cause, or takes back what was accepted."""
