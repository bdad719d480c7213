"""The app as a folder of files that any web server hands out: ``make site``.

Python runs in the visitor's browser there (Pyodide, with Streamlit by stlite). Nothing in
the app is made for it: this package fetches what is needed, checks it, packs it and writes
the pages. What was fetched is named in ``sources.json``; docs/static_site.md tells the rest.
"""
