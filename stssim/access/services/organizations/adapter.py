"""Organizations: what moto lacks of it or has otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Adapter, Reference, Resource
from stssim.access.services.organizations import control_policies, invitations, organizations
from stssim.access.services.organizations.management import management_account
from stssim.call import NOTHING


def _store(resource: Resource) -> Any:
    return backend("organizations", management_account(resource.account))


def _tags(store: Any, resource: Resource) -> Mapping[str, str]:
    held = (*store.accounts, *store.ou, *store.policies) if store.org else ()
    return next((dict(each.tags) for each in held if each.arn == resource.arn), NOTHING)


def _of_organization(asked: Reference) -> Iterator[str]:
    """By the id of an account, unit, root or policy of the organization that the account belongs to."""
    store = backend("organizations", management_account(asked.account))
    if store is not None and store.org is not None:
        held = (*store.accounts, *store.ou, *store.policies)
        yield from (each.arn for each in held if each.id == asked.name)


ADAPTER = Adapter(
    store=_store,
    tags=_tags,
    names={"organizations": _of_organization},
    answers={
        "CreatePolicy": control_policies.create,
        "UpdatePolicy": control_policies.update,
        "EnableAWSServiceAccess": organizations.trust_iam,
        "DisableAWSServiceAccess": organizations.trust_iam,
        "RegisterDelegatedAdministrator": organizations.delegate,
        "DeregisterDelegatedAdministrator": organizations.delegate,
        "ListDelegatedAdministrators": organizations.delegate,
        "CreateAccount": organizations.create_account,
        "AttachPolicy": organizations.attach,
        "DetachPolicy": organizations.detach,
        "InviteAccountToOrganization": invitations.invite,
        "AcceptHandshake": invitations.accept,
        "DeclineHandshake": invitations.decline,
        "CancelHandshake": invitations.cancel,
        "DescribeHandshake": invitations.describe,
        "ListHandshakesForAccount": invitations.list_handshakes,
        "ListHandshakesForOrganization": invitations.list_handshakes,
        "LeaveOrganization": invitations.leave,
    },
)
