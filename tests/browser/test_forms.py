"""Modern forms in a browser: one click changes formula, sliders, pictures and words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ui.catalogue import BY_SLUG, FORMS

FORM = ".live-form:not(:has([data-break]))"


def test_a_click_changes_formula_sliders_and_words_and_back(visitor):
    page = visitor.open("/layer_norm?scale=10")
    before = page.locator(".live-headline").inner_text()
    expect(page.locator(FORM)).to_have_count(
        1 + sum(form.slug == "layer_norm" for form in FORMS)
    )
    page.locator(FORM, has_text="RMSNorm").click()
    expect(page.locator("[data-testid=stMain] h1")).to_have_text("RMSNorm")
    visitor.wait()
    assert page.locator(".live-headline").inner_text() != before
    assert page.locator("[data-control=beta]").count() == 0
    assert visitor.values()["scale"] == 10
    assert "form=rms_norm" in page.url
    assert "scale=10" in page.url
    # The choice keeps the focus: the arrow keys go on from there.
    focused = page.evaluate("document.activeElement.closest('.live-form')?.innerText")
    assert focused == "RMSNorm"
    page.locator(FORM, has_text="Layer normalization").click()
    expect(page.locator("[data-testid=stMain] h1")).to_have_text("Layer normalization")
    visitor.wait()
    assert page.locator(".live-headline").inner_text() == before
    assert "form=" not in page.url


def test_a_form_is_chosen_after_a_slider_has_been_moved(visitor):
    page = visitor.open("/softmax")
    for name, title in (
        ("min_p", "Min-p sampling"),
        ("", "Softmax"),
        ("top_k", "Top-k"),
    ):
        visitor.slider("temperature").press("ArrowRight")
        visitor.rest()
        before = visitor.values()["temperature"]
        page.get_by_role("radio", name=title).check()
        page.wait_for_url(f"**form={name}*" if name else "**/softmax?z1=*")
        visitor.rest()
        assert page.get_by_role("radio", name=title).is_checked()
        assert visitor.values()["temperature"] == before


def test_a_part_is_left_out_after_a_slider_has_been_moved(visitor):
    page = visitor.open("/softmax")
    visitor.slider("z1").press("ArrowLeft")
    visitor.rest()
    before = visitor.values()
    page.get_by_role("checkbox", name="Without the temperature").check()
    page.wait_for_url("**form=broken*")
    visitor.rest()
    assert visitor.values() == {**before, "temperature": 0.5}  # where the part matters
    visitor.slider("z1").press("ArrowLeft")
    visitor.rest()
    page.get_by_role("checkbox", name="Without the temperature").uncheck()
    page.wait_for_url("**/softmax?z1=1.8*")


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.key)
def test_a_form_opens_whole_and_moves(visitor, form):
    page = visitor.open(f"/{form.slug}?form={form.form}")
    expect(page.locator("[data-testid=stMain] h1")).to_have_text(form.title)
    expect(page.locator(".live-present")).to_have_text(form.title)
    # Nothing but More is out of sight on a laptop.
    for slider in page.locator("input[type=range]:visible").all():
        box = slider.bounding_box()
        assert box["y"] + box["height"] <= 1000
    first = page.locator("input[type=range]:visible").first
    name = first.get_attribute("data-control")
    at = visitor.values()[name]
    first.focus()
    positions = form.statement.control(name).positions
    page.keyboard.press("ArrowLeft" if at == positions[-1] else "ArrowRight")
    visitor.rest()
    assert visitor.values()[name] != at
    assert visitor.errors == []


def test_a_phone_has_the_forms_below_its_sliders(visit):
    visitor = visit(viewport={"width": 390, "height": 664}, has_touch=True)
    page = visitor.open("/layer_norm")
    forms, sliders = page.locator(".live-forms"), page.locator(".live-knobs")
    assert forms.bounding_box()["y"] > sliders.bounding_box()["y"]
    page.locator(FORM, has_text="RMSNorm").tap()
    expect(page.locator("[data-testid=stMain] h1")).to_have_text("RMSNorm")
    expect(forms).to_have_count(1)
    assert BY_SLUG["layer_norm"].title in forms.inner_text()
