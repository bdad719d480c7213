"""Printed mathematics that is proved: quantities, trees, printing, evaluation, steps."""
