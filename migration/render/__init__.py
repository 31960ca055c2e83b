"""Results -> text, Markdown, JSON. Nothing is decided here, and nothing printed."""
