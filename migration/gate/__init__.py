"""How far the migration is: what is judged, and how."""
