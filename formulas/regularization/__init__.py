"""Regularization and initialization."""
