"""A synthetic city: as large as asked, plausible, invented, and the same for the same seed everywhere."""
