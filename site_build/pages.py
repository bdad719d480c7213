"""The site's pages: one for each address, and what to say where there is none."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

WEB = Path(__file__).parent / "web"
TITLE = "Formula explorer"


@dataclass(frozen=True)
class Page:
    """A page of the app.

    Attributes
    ----------
    name : str
        Its name in the address; empty for the first.
    title : str
        What it is called.
    description : str
        What a search engine says of it.
    """

    name: str
    title: str
    description: str

    @property
    def up(self) -> str:
        """The way to the site's root."""
        return "../" if self.name else "./"


def pages() -> Iterator[Page]:
    """Return every page of the app."""
    from ui.catalogue import LESSONS
    from ui.navigation import OVERVIEWS

    about = "Interactive lessons on the formulas behind language models."
    for name, title in OVERVIEWS.items():
        yield Page("" if name == "home" else name, title, about)
    for lesson in LESSONS:
        yield Page(lesson.slug, lesson.title, lesson.text.question)


def write_pages(site: Path, parts: Mapping[str, Any], megabytes: float) -> None:
    """Write the page of every address, and the one for addresses that there are not.

    Parameters
    ----------
    site : Path
        The folder of the site.
    parts : mapping
        Which files the app is made of there; see ``web/boot.js``.
    megabytes : float
        What a first visit loads.
    """
    template = Template((WEB / "index.html").read_text("utf-8"))
    for page in pages():
        title = f"{page.title} · {TITLE}" if page.name else TITLE
        text = template.substitute(
            title=html.escape(title),
            heading=html.escape(page.title if page.name else TITLE),
            description=html.escape(page.description, quote=True),
            links=_links(page, parts),
            megabytes=round(megabytes),
            parts=json.dumps(parts, separators=(",", ":")).replace("<", "\\u003c"),
            boot=page.up + parts["boot"],
        )
        folder = site / page.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.html").write_text(text, "utf-8")
    names = json.dumps([page.name for page in pages()])
    lost = Template((WEB / "404.html").read_text("utf-8"))
    (site / "404.html").write_text(lost.substitute(names=names), "utf-8")
    (site / ".nojekyll").touch()


def _links(page: Page, parts: Mapping[str, Any]) -> str:
    """Return what the browser may load at once, while the page is still being read."""

    def link(rel: str, name: str, more: str = "") -> str:
        digest = parts["integrity"].get(name)
        more += f' integrity="{digest}" crossorigin' if digest else ""
        address = name if "://" in name else page.up + name
        return f'<link rel="{rel}" href="{address}"{more}>'

    lines = [link("stylesheet", parts["style"])]
    lines += [
        link("modulepreload", name) for name in (parts["stlite"], *parts["early"])
    ]
    return "\n".join(lines)
