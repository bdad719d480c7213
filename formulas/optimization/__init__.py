"""Loss and optimization."""
