"""Choices that stand in the address: what a person chose stays chosen."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.shared import address

    count = st.session_state["count"] = st.session_state.get("count", 0) + 1
    titles = {name: f"{name}, seen {count} times" for name in ("one", "two", "three")}
    st.text(address.select("Which", titles, "which"))
    st.text(address.join(address.several("Several", titles, "several")))
    st.text(address.segmented("Part", titles, "part", default="one"))
    st.button("Again")


def said(test: AppTest) -> list[str]:
    assert not test.exception
    return [one.value for one in test.text]


def test_a_choice_outlives_new_titles_of_the_options() -> None:
    test = AppTest.from_function(page).run()
    test.selectbox[0].select_index(1)
    test.multiselect[0].set_value(["two", "three"])
    test.button_group[0].set_value("three").run()
    assert said(test) == ["two", "two,three", "three"]
    for _ in range(3):
        test.button[0].click().run()
        assert said(test) == ["two", "two,three", "three"]
    assert test.query_params["which"] == "two" and test.query_params["several"] == "two,three"


def test_a_new_choice_under_new_titles_is_the_one_that_counts() -> None:
    test = AppTest.from_function(page).run()
    test.selectbox[0].select_index(1).run()
    test.selectbox[0].select_index(2).run()
    assert said(test)[0] == "three"
