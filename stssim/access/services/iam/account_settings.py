"""Settings of an account and of its organization that STS goes by, and that moto does not have.

The version of the session tokens that the global endpoint issues, and centralized root access.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-access-management.html
"""

from __future__ import annotations

from typing import Any, Literal

from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Permitted
from stssim.access.services.iam.replies import done, result
from stssim.access.services.organizations.management import management_account
from stssim.call import Call, Caller, HttpReply, Refusal
from stssim.trace import Refused

_FEATURES = ("RootSessions", "RootCredentialsManagement")
_VERSIONS: dict[str, Literal[1, 2]] = {"v1Token": 1, "v2Token": 2}


def set_token_version(asked: Permitted) -> HttpReply:
    """SetSecurityTokenServicePreferences. GetAccountSummary shows the version."""
    from moto.iam.models import iam_backends

    version = _VERSIONS[asked.call.parameters["GlobalEndpointTokenVersion"]]
    asked.kept.global_token_versions[asked.caller.account] = version
    iam_backends[asked.caller.account]["aws"].account_summary._global_endpoint_token_version = version
    return done(asked.call)


def show_properties(asked: Permitted) -> HttpReply:
    """GetAccountProperties. All but those that were put are as they were recorded to begin, in September 2026:
    radkawar/stackd, testdata/aws/iam/account_properties.json.
    """
    properties = _PROPERTIES | asked.kept.account_properties.get(asked.caller.account, {})
    entries = (f"<entry><key>{name}</key><value>{value}</value></entry>" for name, value in properties.items())
    return result(asked.call, f"<Properties>{''.join(entries)}</Properties>")


def put_properties(asked: Permitted) -> HttpReply:
    """PutAccountProperties. Raises `Refused` (`InvalidInput`, 400) for a property that is none: recorded is neither the
    code nor the message.
    """
    given = asked.call.parameters["Properties"]
    for name, value in given.items():
        if name not in _PROPERTIES or value not in ("true", "false"):
            raise Refused(Refusal("InvalidInput", f"{name} cannot be {value}: it is no property, or no value.", 400))
    asked.kept.account_properties.setdefault(asked.caller.account, {}).update(given)
    return result(asked.call, "")


_PROPERTIES = {"RoleManager/Enabled": "false"}


def enable_feature(asked: Permitted) -> HttpReply:
    """EnableOrganizationsRootSessions and EnableOrganizationsRootCredentialsManagement.

    Raises `Refused` unless IAM has trusted access to the organization that the caller's account manages.
    """
    organization = _managed(asked.caller)
    if asked.caller.account != management_account(asked.caller.account):
        says = (
            f"Caller account {asked.caller.account} is not management account of the organization "
            "and cannot enable IAM features."
        )
        raise Refused(Refusal("CallerIsNotManagementAccountException", says, 400))
    asked.kept.root_features.setdefault(organization, set()).add(_feature(asked.call))
    return _features(asked.call, organization, asked.kept)


def disable_feature(asked: Permitted) -> HttpReply:
    """DisableOrganizationsRootSessions and DisableOrganizationsRootCredentialsManagement: no more sessions are issued
    for its tasks; those that were live on.
    """
    organization = _managed(asked.caller)
    asked.kept.root_features.get(organization, set()).discard(_feature(asked.call))
    return _features(asked.call, organization, asked.kept)


def list_features(asked: Permitted) -> HttpReply:
    """ListOrganizationsFeatures."""
    return _features(asked.call, _managed(asked.caller), asked.kept)


def _feature(call: Call) -> str:
    return call.operation.partition("Organizations")[2]


def _managed(caller: Caller) -> str:
    """The id of the organization that the caller's account manages, or is a delegated administrator of IAM in.

    The wording was recorded in September 2026, but for that of an account in no organization.
    """
    management = management_account(caller.account)
    kept: Any = backend("organizations", management)
    if kept is None or kept.org is None:
        raise Refused(Refusal("OrganizationNotFoundException", "The account does not belong to an organization.", 400))
    delegated = [admin.account.id for admin in kept.admins if "iam.amazonaws.com" in admin.services]
    if caller.account not in (management, *delegated):
        says = f"Input account {caller.account} is neither management account nor delegated admin."
        raise Refused(Refusal("AccountNotManagementOrDelegatedAdministratorException", says, 400))
    if all(service["ServicePrincipal"] != "iam.amazonaws.com" for service in kept.services):
        says = f"Trusted Access for IAM not enabled by organization of input account {caller.account}."
        raise Refused(Refusal("ServiceAccessNotEnabledException", says, 400))
    return str(kept.org.id)


def _features(call: Call, organization: str, kept: LabState) -> HttpReply:
    held = kept.root_features.get(organization, set())
    enabled = "".join(f"<member>{feature}</member>" for feature in _FEATURES if feature in held)
    listed = f"<OrganizationId>{organization}</OrganizationId><EnabledFeatures>{enabled}</EnabledFeatures>"
    return result(call, listed)
