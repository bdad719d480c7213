"""A slider that ends earlier while an option is taken."""

from __future__ import annotations

from playwright.sync_api import expect


def test_the_steps_end_with_the_circuit_and_come_back_with_a_longer_one(visitor):
    page = visitor.open("/backprop_chain_rule")
    steps, field = (
        visitor.slider("shown_steps"),
        page.locator("[data-exact=shown_steps]"),
    )
    circuit = page.locator("select[data-control=circuit]")
    expect(steps).to_have_attribute("max", "10")
    circuit.select_option("two_paths")
    expect(steps).to_have_attribute("max", "6")
    expect(field).to_have_value("6")
    circuit.select_option("neuron")  # what was asked for has stayed
    expect(steps).to_have_attribute("max", "10")
    expect(field).to_have_value("10")


def test_a_link_beyond_the_end_opens_at_the_end_and_steps_back_from_there(visitor):
    page = visitor.open("/backprop_chain_rule?circuit=two_paths&shown_steps=9")
    status = page.locator(".live-status")
    expect(status).to_contain_text("All gradients are known")
    page.get_by_role("button", name="One step back in").click()
    visitor.shows(shown_steps=5)
    expect(status).to_contain_text("Backward, step 2 of 3")
    visitor.slider("shown_steps").press("End")
    visitor.shows(shown_steps=6)
    expect(status).to_contain_text("All gradients are known")


def test_a_number_behind_the_end_is_refused_with_where_it_ends(visitor):
    page = visitor.open("/backprop_chain_rule?circuit=two_paths&shown_steps=5")
    field = page.locator("[data-exact=shown_steps]")
    field.fill("9")
    field.press("Enter")
    notice = page.locator(".live-knob", has=field).locator(".live-notice")
    expect(notice).to_contain_text("up to 6 here")
    assert visitor.values()["shown_steps"] == 5
