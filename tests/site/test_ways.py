"""Ways through the built site: addresses, back and forward, folders, no network."""

from __future__ import annotations

import pytest

from tests.site.server import hosting
from tests.site.test_pages import GONE, HEADING, READY, VALUES

PATH = "location.pathname + location.search"
# What a page has loaded, all but what the service worker keeps behind it.
KEPT = """caches.keys().then(async ([name]) => {
  const kept = await caches.open(name);
  const { kept: wanted } = JSON.parse(document.getElementById("parts").textContent);
  return (await kept.keys()).length >= wanted.length;
})"""

# Note which part of a sweep is asked for.
SWEEPS = """() => {
  const { fetch } = window;
  window.sweeps = [];
  window.fetch = (asked, ...others) => {
    const { pathname, searchParams } = new URL(asked, document.baseURI);
    if (pathname.endsWith("/sweep")) window.sweeps.push(searchParams.get("near"));
    return fetch(asked, ...others);
  };
}"""


@pytest.fixture(scope="module")
def below(folder):
    with hosting(folder, "/course/formulas/") as found:
        yield found


def test_all_of_it_lies_below_a_folder_and_asks_no_other_host(chrome, below):
    chrome.open(f"{below.address}softmax/?temperature=2.5")
    chrome.wait_for(f"{READY} && {GONE}")
    assert chrome.evaluate(f"{VALUES}.temperature") == 2.5
    assert chrome.evaluate(PATH).startswith("/course/formulas/softmax?")
    foreign = [a for a in chrome.asked if not a.startswith(below.address)]
    assert [a for a in foreign if not a.startswith(("data:", "blob:"))] == []
    assert chrome.errors == []


def test_links_back_and_forward_lead_through_the_lessons(tab, host):
    tab.open(f"{host.address}softmax/")
    tab.wait_for(READY)
    tab.evaluate(
        "[...document.querySelectorAll('[class*=st-key-neighbors] a')]"
        ".find((a) => a.textContent.includes('Cross-entropy')).click()"
    )
    tab.wait_for(f"{HEADING} === 'Cross-entropy loss' && {READY}")
    assert tab.evaluate(PATH).startswith("/cross_entropy")
    tab.evaluate("history.back()")
    tab.wait_for(f"{HEADING} === 'Softmax' && {READY}")
    tab.evaluate("history.forward()")
    tab.wait_for(f"{HEADING} === 'Cross-entropy loss' && {READY}")


def test_a_reload_finds_the_page_without_its_slash(chrome, host):
    chrome.open(f"{host.address}softmax?temperature=4")
    chrome.wait_for(READY)
    chrome.page.reload()
    chrome.wait_for(READY)
    assert chrome.evaluate(f"{VALUES}.temperature") == 4


def test_a_form_of_a_formula_has_its_link(chrome, host):
    chrome.open(f"{host.address}softmax/?form=top_p")
    chrome.wait_for(READY)
    assert chrome.evaluate(HEADING).startswith("Top-p")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("linear_algebra/softmax", "/softmax"), ("Layer-Norm/", "/layer_norm")],
)
def test_an_address_that_is_nearly_right_leads_to_the_page(chrome, below, asked, shown):
    chrome.open(below.address + asked)
    chrome.wait_for(READY)
    assert chrome.evaluate("location.pathname") == f"/course/formulas{shown}"


def test_an_address_that_there_is_not_says_so_and_leads_home(chrome, below):
    chrome.open(f"{below.address}no/such/page")
    chrome.wait_for("document.querySelector('#home').pathname === '/course/formulas/'")
    assert chrome.evaluate("document.querySelector('#said').textContent") == (
        "There is no such page here."
    )


def test_a_link_that_is_opened_in_a_new_tab_has_the_pages_address(chrome, below):
    chrome.open(f"{below.address}softmax/")
    chrome.wait_for(READY)
    link = chrome.page.locator("[class*=st-key-neighbors] a").first
    link.hover()
    assert link.evaluate("(a) => a.href").startswith(below.address)


def test_after_the_first_visit_no_network_is_needed(chrome, folder):
    with hosting(folder) as host:
        chrome.open(f"{host.address}softmax/")
        chrome.wait_for(f"{READY} && {GONE}")
        chrome.wait_for(KEPT)
    chrome.open(f"{host.address}softmax?temperature=3")  # nobody serves it any more
    chrome.wait_for(f"{READY} && {GONE}")
    assert chrome.evaluate(f"{VALUES}.temperature") == 3
    chrome.open(f"{host.address}adam/")  # not visited before
    chrome.wait_for(f"{READY} && {GONE}")


def test_what_is_near_the_thumb_is_drawn_before_the_rest(chrome, host):
    chrome.open(f"{host.address}mean_squared_error/")
    chrome.wait_for(f"{READY} && {GONE}")
    chrome.page.evaluate(SWEEPS)
    chrome.page.evaluate(
        """document.querySelector("input[data-control=prediction]")
        .dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }))"""
    )
    assert chrome.wait_for("sweeps.length > 1 && sweeps") == ["10", None]


def test_a_file_is_saved(chrome, host):
    chrome.open(f"{host.address}cheat_sheet/")
    button = chrome.page.locator("[data-testid=stDownloadButton] button").first
    button.wait_for(timeout=90_000)
    with chrome.page.expect_download() as saved:
        button.click()
    assert saved.value.suggested_filename == "cheat_sheet.html"
    assert saved.value.path().stat().st_size > 10_000
