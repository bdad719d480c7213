"""What every test process needs."""

from __future__ import annotations

import logging

from hypothesis import settings

# Lessons are read outside a server; Streamlit says so at each call.
logging.getLogger("streamlit").setLevel(logging.ERROR)

# A busy machine is not a defect: examples may take as long as they need. They are the
# same in every run, so what turns red was changed; `make search` draws others.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile("repeatable")
