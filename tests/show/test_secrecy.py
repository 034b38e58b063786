from __future__ import annotations

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from stssim.show.secrecy import SECRETS, hidden, shown

LONG = "wJalrXUtnFEMI" * 3


def test_every_parameter_that_botocore_calls_sensitive_in_sts_is_a_secret() -> None:
    model = ServiceModel(Loader().load_service_model("sts", "service-2"))
    sensitive = {
        name
        for operation in model.operation_names
        for shape in (model.operation_model(operation).input_shape, model.operation_model(operation).output_shape)
        for name, member in (shape.members if shape else {}).items()
        if member.metadata.get("sensitive")
    }
    assert sensitive
    assert sensitive <= SECRETS


def test_what_proves_an_identity_to_sts_is_a_secret() -> None:
    # The parameters of STS's operations with which a caller signs in (STS API Reference).
    assert {"SAMLAssertion", "TokenCode", "TradeInToken", "WebIdentityToken"} <= SECRETS


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_is_shortened_however_deep_it_stands(name: str) -> None:
    assert LONG not in str(hidden({"Credentials": [{name: LONG}, {"Other": (1, {name: LONG})}]}))
    assert LONG not in shown(name, LONG)


def test_all_else_is_left_as_it_is() -> None:
    data = {"RoleArn": "arn", "Tags": [{"Key": "a", "Value": 1}], "None": None}
    assert hidden(data) == data
    assert shown("RoleArn", LONG) == LONG
