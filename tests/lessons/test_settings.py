from __future__ import annotations

from dataclasses import fields

import pytest

from stssim.lab.vendor import Settings
from stssim.lessons.settings import switches


def test_every_setting_of_a_deputy_can_be_set_to_everything_it_may_be() -> None:
    assert [switch.name for switch in switches()] == [field.name for field in fields(Settings)]
    for switch in switches():
        assert getattr(Settings(), switch.name) in [value for value, _ in switch.choices]
        for value, _ in switch.choices:
            assert switch.value(switch.text(value)) == value


def test_what_is_no_choice_is_named_with_what_would_be() -> None:
    chosen_by = next(switch for switch in switches() if switch.name == "chosen_by")
    with pytest.raises(ValueError, match="'mallory' is none of nobody, vendor, customer"):
        chosen_by.value("mallory")


def test_settings_are_worded_for_a_learner() -> None:
    assert all(switch.title[0].isupper() for switch in switches())
