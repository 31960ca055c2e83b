"""`snapshot`, in all its forms."""
