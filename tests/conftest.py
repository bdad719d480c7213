"""What every test process needs."""

from __future__ import annotations

import logging

from hypothesis import settings

# Lessons are read outside a server; Streamlit says so at each call.
logging.getLogger("streamlit").setLevel(logging.ERROR)

# A busy machine is not a defect: examples may take as long as they need.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
