"""What the toolkit costs, measured beside what else one might use."""
