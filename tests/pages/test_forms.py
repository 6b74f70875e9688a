"""The form grows from the settings model: same defaults, bounds, choices; what differs stands in the address."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from fmcore.training.settings import FinetuneSettings


def drawn(**address: str) -> AppTest:
    def script() -> None:
        import streamlit as st

        from fmcore.training.settings import FinetuneSettings
        from pages.shared.forms import form

        st.json(form(FinetuneSettings, prefix="").model_dump(mode="json"))

    test = AppTest.from_function(script, default_timeout=20)
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


def values(test: AppTest) -> FinetuneSettings:
    return FinetuneSettings.model_validate_json(test.json[0].value)


def test_an_untouched_form_gives_the_models_own_defaults():
    test = drawn()
    assert not test.exception
    assert values(test) == FinetuneSettings()


def test_every_field_has_one_widget_with_its_description():
    test = drawn()
    widgets = [*test.number_input, *test.selectbox, *test.text_input, *test.toggle]
    assert sorted(w.key for w in widgets) == sorted(FinetuneSettings.model_fields)
    assert {w.key: w.help for w in widgets} == {name: field.description for name, field in FinetuneSettings.model_fields.items()}


def test_bounds_of_the_model_are_bounds_of_the_widget():
    epochs = drawn().number_input(key="epochs")
    assert (epochs.min, epochs.max) == (1, 100)


def test_an_address_fills_the_form_in_and_nonsense_in_it_is_ignored():
    assert values(drawn(epochs="7", learning_rate="0.0003")).epochs == 7
    assert values(drawn(learning_rate="0.0003")).learning_rate == 0.0003
    assert values(drawn(epochs="9999", seed="x")) == FinetuneSettings()


def test_a_choice_and_an_empty_number_come_through():
    test = drawn()
    test.selectbox(key="schedule").set_value("cosine")
    test.number_input(key="dropout").set_value(0.2)
    test.run()
    assert (values(test).schedule, values(test).dropout) == ("cosine", 0.2)


def test_no_label_says_required_since_no_field_can_be_left_empty():
    for number in drawn().number_input:
        assert not number.proto.required
        assert number.value is not None or FinetuneSettings.model_fields[number.key].default is None
