"""NumPy's linear algebra on one thread; imported before NumPy is.

The matrices here are small, and the server answers many visitors at once. Threads of the
BLAS that wait for each other, spinning, cost seven times the work itself on a busy machine
(`benchmarks/class_load.py`).
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(name, "1")
