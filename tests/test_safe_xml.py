"""XML from strangers does no harm."""

from __future__ import annotations

import pytest

from stssim.safe_xml import parse


def test_plain_xml_is_read_with_its_comments() -> None:
    root = parse(b"<?xml version='1.0'?><a>b<!-- c --></a>")
    assert (root.tag, root.text) == ("a", "b")
    assert len(list(root.iter())) == 2


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<a>",
        b"no xml",
        b"<a>\xff</a>",
        b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        b"<a>&e;</a>",
        "<!DOCTYPE a><a/>".encode("utf-16"),
        b"<a>" * 300 + b"</a>" * 300,
        b"<a " + b"b='' " * 2 + b"/>",
    ],
)
def test_anything_else_is_refused_with_a_reason(document: bytes) -> None:
    with pytest.raises(ValueError, match="it "):
        parse(document)
