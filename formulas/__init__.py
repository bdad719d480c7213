"""The formulas: NumPy functions, the equations they compute and their proofs."""
