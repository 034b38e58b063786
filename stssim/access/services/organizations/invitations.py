"""Accounts that are invited into an organization, accept and leave again. moto knows only those that it made itself.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from stssim.access.core.lab_state import Invitation, LabState
from stssim.access.core.moto_backends import GLOBAL, backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.organizations.management import management_account
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.trace import Refused

_OPEN = timedelta(days=15)
_SHOWN_AS = (("content-type", "application/x-amz-json-1.1"),)


def invite(asked: Permitted) -> HttpReply:
    """InviteAccountToOrganization, by account number. Raises `Refused` for an account that belongs to one already."""
    from moto.moto_api._internal import mock_random

    organization = _own_organization(asked.caller)
    target = asked.call.parameters["Target"]
    if target.get("Type") != "ACCOUNT" or not str(target.get("Id")).isdigit():
        raise _refused("InvalidInputException", "You specified an invalid value. An account is invited by its number.")
    account = str(target["Id"])
    if _organization(management_account(account)) is not None:
        says = "The account is already a member of an organization."
        raise _refused("HandshakeConstraintViolationException", says)
    handshake = "h-" + "".join(mock_random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=32))
    at = asked.call.at or datetime.now(UTC)
    made = Invitation(handshake, organization.org.id, asked.caller.account, account, "OPEN", at, at + _OPEN)
    asked.kept.invitations[handshake] = made
    return _shown({"Handshake": _told(made)})


def accept(asked: Permitted) -> HttpReply:
    """AcceptHandshake: the account becomes a member under the root, with the policies that allow everything."""
    made = _pending(asked.call, asked.kept, asked.caller.account, "target")
    _join(made)
    return _ended(made, "ACCEPTED", asked.kept)


def decline(asked: Permitted) -> HttpReply:
    """DeclineHandshake, by the account that was invited."""
    return _ended(_pending(asked.call, asked.kept, asked.caller.account, "target"), "DECLINED", asked.kept)


def cancel(asked: Permitted) -> HttpReply:
    """CancelHandshake, by the organization that invited."""
    return _ended(_pending(asked.call, asked.kept, asked.caller.account, "management"), "CANCELED", asked.kept)


def describe(asked: Permitted) -> HttpReply:
    """DescribeHandshake, for either party."""
    return _shown({"Handshake": _told(_found(asked.call, asked.kept, asked.caller.account, ("target", "management")))})


def list_handshakes(asked: Permitted) -> HttpReply:
    """ListHandshakesForAccount and -ForOrganization."""
    own = [made for made in asked.kept.invitations.values() if asked.caller.account in (made.target, made.management)]
    return _shown({"Handshakes": [_told(made) for made in own]})


def leave(asked: Permitted) -> HttpReply:
    """LeaveOrganization. Raises `Refused` for the management account, and for an account that belongs to none."""
    management = management_account(asked.caller.account)
    organization = _organization(management)
    if organization is None:
        raise _no_organization()
    if management == asked.caller.account:
        says = "You can't remove the management account from the organization."
        raise _refused("MasterCannotLeaveOrganizationException", says)
    organization.remove_account_from_organization(AccountId=asked.caller.account)
    return _shown({})


def _join(made: Invitation) -> None:
    """moto's own constructor would give the account another number, and a role that an invitation does not make."""
    from moto.core.utils import utcnow
    from moto.organizations import utils
    from moto.organizations.models import FakeAccount, organizations_backends

    organization = _organization(made.management)
    if organization is None:
        raise _no_organization()
    member: Any = FakeAccount.__new__(FakeAccount)
    member.type = "ACCOUNT"
    member.region = organization.org.region
    member.organization_id = organization.org.id
    member.master_account_id = made.management
    member.create_account_status_id = utils.make_random_create_account_status_id()
    member.id = made.target
    member.name = made.target
    member.email = f"{made.target}@example.com"
    member.create_time = utcnow()
    member.status = member.state = "ACTIVE"
    member.joined_method = "INVITED"
    member.parent_id = organization.org.root_id
    member.attached_policies = []
    member.tags = {}
    organization.accounts.append(member)
    organizations_backends.master_accounts[made.target] = (made.management, GLOBAL)
    for policy in (utils.DEFAULT_SCP_POLICY_ID, utils.DEFAULT_RCP_POLICY_ID):
        organization.attach_policy(PolicyId=policy, TargetId=made.target)


def _found(call: Call, kept: LabState, account: str, parties: tuple[str, ...]) -> Invitation:
    made = kept.invitations.get(str(call.parameters["HandshakeId"]))
    if made is None or account not in (getattr(made, party) for party in parties):
        raise _refused(
            "HandshakeNotFoundException", "We can't find a handshake with the HandshakeId that you specified."
        )
    return made


def _pending(call: Call, kept: LabState, account: str, party: str) -> Invitation:
    made = _found(call, kept, account, (party,))
    if made.state != "OPEN" or (call.at is not None and call.at >= made.expires):
        says = f"The handshake is no longer open: its state is {made.state if made.state != 'OPEN' else 'EXPIRED'}."
        raise _refused("InvalidHandshakeTransitionException", says)
    return made


def _ended(made: Invitation, state: str, kept: LabState) -> HttpReply:
    kept.invitations[made.id] = replace(made, state=state)
    return _shown({"Handshake": _told(kept.invitations[made.id])})


def _told(made: Invitation) -> dict[str, Any]:
    arn = f"arn:aws:organizations::{made.management}:handshake/{made.organization}/invite/{made.id}"
    return {
        "Id": made.id,
        "Arn": arn,
        "Parties": [{"Id": made.organization[2:], "Type": "ORGANIZATION"}, {"Id": made.target, "Type": "ACCOUNT"}],
        "State": made.state,
        "RequestedTimestamp": made.requested.timestamp(),
        "ExpirationTimestamp": made.expires.timestamp(),
        "Action": "INVITE",
        "Resources": [
            {"Type": "ORGANIZATION", "Value": made.organization},
            {"Type": "ACCOUNT", "Value": made.target},
        ],
    }


def _own_organization(caller: Caller) -> Any:
    found = _organization(caller.account)
    if found is None:
        raise _no_organization()
    return found


def _organization(account: str) -> Any:
    found = backend("organizations", account)
    return found if found is not None and found.org is not None else None


def _no_organization() -> Refused:
    return _refused("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")


def _refused(code: str, says: str) -> Refused:
    return Refused(Refusal(code, says, 400))


def _shown(result: dict[str, Any]) -> HttpReply:
    return HttpReply(200, _SHOWN_AS, json.dumps(result).encode())
