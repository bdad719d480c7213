"""Backpropagation and chain rules."""
