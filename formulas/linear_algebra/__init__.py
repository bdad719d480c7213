"""Linear algebra and neural computations."""
