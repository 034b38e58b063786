"""What applications bring to the dashboard of a customer who types somebody else's role into their forms."""

from __future__ import annotations

from collections.abc import Iterator

from stssim.adversary.means import Customer
from stssim.adversary.moves import Move
from stssim.adversary.rehearsal import Answered
from stssim.adversary.solving import Slot, Solver
from stssim.adversary.view import Missed, View
from stssim.call import Caller
from stssim.cloud import Role
from stssim.lab.vendor import REPORT, WRONG_ID, Vendor
from stssim.policy.explain import Explanation

_PROBE = "probexyz"


def through_applications(view: View) -> Iterator[frozenset[Move]]:
    """The plans by which an application reaches the goal for the attacker."""
    for name, customer in view.means.customer_of.items():
        vendor = view.stage.application(name)
        user = view.rehearsal.directory.user(vendor.account.number, vendor.name)
        if user is None:
            continue
        caller = view.rehearsal.user(user.arn, user.unique_id)
        for account in view.rehearsal.directory.accounts():
            if account in view.own or account == vendor.account.number:
                continue
            for role in view.rehearsal.directory.roles(account):
                yield from _through(view, vendor, customer, caller, role)


def _through(view: View, vendor: Vendor, customer: Customer, caller: Caller, role: Role) -> Iterator[frozenset[Move]]:
    wanted = [want for want in view.goal.wants if want.application == vendor.name]
    sessions = [want for want in view.goal.wants if want.session_of and view.stage.text(want.session_of) == role.arn]
    if not wanted and not sessions:
        return
    nearest: Missed | None = None
    for tenant, typed in _rows(view, vendor, customer, caller, role):
        sent = typed if vendor.settings.chosen_by == "customer" else vendor.external_id(tenant)
        says = f"types the ARN of {role.name} into the form of {vendor.name} as tenant {tenant}"
        says += f", with the External ID {typed}" if typed else f", whose External ID is {sent}" if sent else ""
        move = Move(view.phase, application=vendor.name, tenant=tenant, role=role.arn, external_id=typed, chose=says)
        answered = _assumed(view, vendor, caller, role, sent)
        if answered.allowed and _taken(view, vendor, caller, role, tenant, sent):
            session = view.rehearsal.into_role(answered, role)
            asked = {"Bucket": vendor.bucket_of(role.arn), "Key": REPORT}
            report = view.rehearsal.put(session, "s3", "GetObject", asked)
            if sessions or report.allowed:
                yield view.moves | {move}
                return
            answered = report
        denied = answered.denied
        because = Explanation(denied).sentence if denied else f"{vendor.name} turns the role down"
        who = view.stage.attacker.name
        told = f"{who[:1].upper()}{who[1:]} {says}."
        nearest = Missed(told, because, view.moves | {move}, near=denied is not None)
    key = (vendor.name, role.arn)
    if nearest is not None and key not in view.missed:
        view.missed[key] = nearest


def _rows(
    view: View, vendor: Vendor, customer: Customer, caller: Caller, role: Role
) -> Iterator[tuple[str, str | None]]:
    """Tenants that the attacker is or can become, and what they type as External ID where customers choose it."""
    own = [tenant for tenant in customer.tenants if tenant in vendor.tenants]
    ids = list(_ids(view, vendor, caller, role))
    if vendor.settings.chosen_by == "customer":
        tenant = own[0] if own else _free(vendor, "mallory-inc")
        yield from ((tenant, each) for each in (None, *ids))
        return
    yield from ((tenant, None) for tenant in own)
    named = [*ids, _free(vendor, "mallory-inc"), _free(vendor, "acme")]
    yield from ((tenant, None) for tenant in dict.fromkeys(named) if tenant not in vendor.tenants)


def _ids(view: View, vendor: Vendor, caller: Caller, role: Role) -> Iterator[str]:
    """What the policies ask of the External ID: ids where customers choose them, else names of tenants that get one."""
    answered = _assumed(view, vendor, caller, role, "an-id")
    if not answered.decisions:
        return
    decision = answered.denied or answered.decisions[0]
    key, chosen = (("sts:externalid", "", ""),), vendor.settings.chosen_by
    if chosen == "customer":
        slot = Slot("id", key, "{id}{id}", own="an-id")
    elif chosen == "vendor" and (after := _id_after_name(vendor)) is not None:
        others = tuple(f"{tenant}{after[1]}" for tenant in vendor.tenants)
        slot = Slot("id", key, f"{{name}}{after[0]}", others=others, each=True)
    else:
        return
    solver = Solver(decision.request, decision.policies, ("sts:AssumeRole",), (slot,))
    for found in solver.choices():
        value = found["id"]
        if value is None:
            continue
        if chosen == "customer":
            yield value
        else:
            name = value[: value.rindex("-")]
            yield name
    if not solver.complete:
        view.gave_up()


def _id_after_name(vendor: Vendor) -> tuple[str, str] | None:
    """What an id has after the tenant's name, as a shape and as a pattern; None where it does not begin with the name.

    Whoever signs up once has seen it.
    """
    sample = vendor.external_id(_PROBE) or ""
    if not sample.startswith(f"{_PROBE}-"):
        return None
    length = len(sample) - len(_PROBE) - 1
    return f"-{{hex*{length}}}", "-" + "?" * length


def _free(vendor: Vendor, name: str) -> str:
    number = 2
    free = name
    while free in vendor.tenants:
        free = f"{name}-{number}"
        number += 1
    return free


def _assumed(view: View, vendor: Vendor, caller: Caller, role: Role, external_id: str | None) -> Answered:
    asked = {"RoleArn": role.arn, "RoleSessionName": f"{vendor.name}-audit"}
    if external_id:
        asked["ExternalId"] = external_id
    return view.rehearsal.put(caller, "sts", "AssumeRole", asked)


def _taken(view: View, vendor: Vendor, caller: Caller, role: Role, tenant: str, sent: str | None) -> bool:
    """Whether the application would accept the role."""
    settings = vendor.settings
    if (
        settings.unique
        and sent
        and any(row.external_id == sent for name, row in vendor.tenants.items() if name != tenant)
    ):
        return False
    if not settings.tested or settings.chosen_by == "nobody":
        return True
    return not any(_assumed(view, vendor, caller, role, each).allowed for each in (None, WRONG_ID))
