"""The formulas as functions of NumPy arrays, which check their input."""
