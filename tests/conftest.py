"""What every test process needs."""

from __future__ import annotations

import logging

# Lessons are read outside a server; Streamlit says so at each call.
logging.getLogger("streamlit").setLevel(logging.ERROR)
