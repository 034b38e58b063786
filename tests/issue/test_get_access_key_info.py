from __future__ import annotations

import pytest

from stssim.issue import issue
from stssim.trace import Refused
from tests.fakes import AWAY, a_call, a_cloud, a_user


def account(key: str) -> str:
    result, _ = issue(a_call("GetAccessKeyInfo", AccessKeyId=key), a_user(), a_cloud())
    return str(result["Account"])


def test_any_key_of_any_account_is_answered_whether_it_is_in_use_or_not() -> None:
    assert account(a_cloud().seal.access_key_id("ASIA", AWAY, "")) == AWAY
    assert account(a_cloud().seal.access_key_id("AKIA", AWAY, "")) == AWAY


@pytest.mark.parametrize("key", ["AKIA000000000000", "A" * 64, "AKIA1111111111111111"])
def test_what_is_no_key_id_is_refused(key: str) -> None:
    with pytest.raises(Refused) as caught:
        account(key)
    assert (caught.value.refusal.code, caught.value.refusal.status) == ("ValidationError", 400)
