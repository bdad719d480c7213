"""Transformer and attention."""
