"""Principals in all stored policies of a Lab that are called otherwise from now on."""

from __future__ import annotations

from stssim.access.core.adapters import ADAPTERS
from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backends
from stssim.access.core.stored_policies import Change, changed, root_arn


def replace_principal(old: str, new: str, kept: LabState) -> None:
    """A user or role has another ARN from now on; or it is gone, and `new` is its unique id.

    Trust policies are not touched: they are kept with ids.
    """

    def replaced(entry: str) -> str:
        return new if entry == old else entry

    for bucket, text in kept.bucket_policies.items():
        kept.bucket_policies[bucket] = changed(text, replaced)
    for service in ADAPTERS:
        _rewrite(service, replaced)


def name_roots(service: str) -> None:
    """In all policies of a service, an account's number becomes the ARN of its root user."""
    _rewrite(service, root_arn)


def _rewrite(service: str, change: Change) -> None:
    rewrite = ADAPTERS[service].rewrite_principals
    if rewrite is not None:
        for regions in backends(service).values():
            for store in regions.values():
                rewrite(store, change)
