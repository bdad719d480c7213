"""Probability and statistics."""
