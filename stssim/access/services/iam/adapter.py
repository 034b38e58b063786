"""IAM: what moto lacks of it or has otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stssim.access.core.moto_backends import backend
from stssim.access.services.adapter import Adapter, Answer, Permitted, Reference, Resource
from stssim.access.services.iam import (
    account_settings,
    context_keys,
    encoded_documents,
    entities,
    entity_names,
    existence,
    identity_providers,
    managed_policy_usage,
    mfa_devices,
    outbound_federation,
    pages,
    policy_documents,
    policy_versions,
    renames,
    roles,
    root_user,
    tagging,
    trust_policies,
    unique_ids,
    users,
)
from stssim.access.services.iam import aws_managed_policies as aws_policies
from stssim.access.services.iam import customer_managed_policies as managed_policies
from stssim.access.services.iam.entities import held
from stssim.access.services.moto_tags import pairs
from stssim.call import NOTHING, Call, HttpReply


def _group(asked: Reference) -> Iterator[str]:
    found = held("groups", asked.account).like(asked.name)
    if found is not None:
        yield found.arn


def _instance_profile(asked: Reference) -> Iterator[str]:
    found = held("instance_profiles", asked.account).like(asked.name)
    if found is not None:
        yield found.arn


def _role_of_profile(asked: Reference) -> Iterator[str]:
    found = held("instance_profiles", asked.account).like(asked.name)
    if found is not None:
        yield from (role.arn for role in found.roles)


def _certificate(asked: Reference) -> Iterator[str]:
    store = backend("iam", asked.account)
    if store is not None:
        yield from (each.arn for each in store.certificates.values() if each.cert_name == asked.name)


def _tags(store: Any, resource: Resource) -> Mapping[str, str]:
    sort, name = resource.name.partition("/")[0], resource.name.rpartition("/")[2]
    if sort in ("user", "mfa", "saml-provider", "server-certificate"):
        return store.tagger.get_tag_dict_for_resource(resource.arn)  # type: ignore[no-any-return]
    if sort == "role":
        return pairs(getattr(held("roles", resource.account).named(name), "tags", None))
    if sort in ("policy", "oidc-provider"):
        found = (store.managed_policies if sort == "policy" else store.open_id_providers).get(resource.arn)
        return pairs(list(found.tags.values()) if found is not None else None)
    if sort == "instance-profile":
        return pairs(getattr(held("instance_profiles", resource.account).named(name), "tags", None))
    return NOTHING


def _every(asked: Permitted, answer: Answer) -> HttpReply:
    """Any call: judged by what IAM refuses of every kind of thing, and answered with documents as IAM encodes them."""
    call, caller = asked.call, asked.caller

    def forward(other: Call | None = None) -> HttpReply:
        return aws_policies.provide(other or call, caller, asked.forward)

    roles.protect(call, caller, asked.directory)
    aws_policies.protect(call)
    existence.require(call, caller, asked.directory)
    entity_names.require_free(call, caller)
    policy_documents.judge(call, caller)
    tagging.judge(call)
    root_taken, numbers_taken = policy_documents.with_root_as_resource(), policy_documents.with_numbers(call)
    with entities.naming(call, caller.account), root_taken, numbers_taken:
        reply = pages.paged(replace(asked, forward=forward), root_user.answer(asked, answer))
    return encoded_documents.encoded(roles.with_boundary_type(reply))


ADAPTER = Adapter(
    tags=_tags,
    names={
        "group": _group,
        "instance-profile": _instance_profile,
        "role-of-instance-profile": _role_of_profile,
        "server-certificate": _certificate,
    },
    every=_every,
    spelled=entity_names.spelled,
    answers={
        "SetSecurityTokenServicePreferences": account_settings.set_token_version,
        "GetAccountProperties": account_settings.show_properties,
        "PutAccountProperties": account_settings.put_properties,
        "GetAccountSummary": root_user.show_summary,
        "EnableOrganizationsRootCredentialsManagement": account_settings.enable_feature,
        "EnableOrganizationsRootSessions": account_settings.enable_feature,
        "DisableOrganizationsRootCredentialsManagement": account_settings.disable_feature,
        "DisableOrganizationsRootSessions": account_settings.disable_feature,
        "ListOrganizationsFeatures": account_settings.list_features,
        "EnableOutboundWebIdentityFederation": outbound_federation.enable,
        "DisableOutboundWebIdentityFederation": outbound_federation.disable,
        "GetOutboundWebIdentityFederationInfo": outbound_federation.show,
        "GetUserPolicy": entity_names.show_inline_policy,
        "GetRolePolicy": entity_names.show_inline_policy,
        "GetGroupPolicy": entity_names.show_inline_policy,
        "CreateGroup": unique_ids.create,
        "CreateInstanceProfile": unique_ids.create,
        "CreatePolicy": managed_policies.create,
        "CreatePolicyVersion": policy_versions.create,
        "DeletePolicy": managed_policies.delete,
        "GetContextKeysForCustomPolicy": context_keys.of_documents,
        "GetContextKeysForPrincipalPolicy": context_keys.of_principal,
        "GetPolicy": managed_policy_usage.show,
        "ListEntitiesForPolicy": managed_policy_usage.list_entities,
        "ListPolicies": managed_policy_usage.list_policies,
        "ListPolicyVersions": policy_versions.list_all,
        "CreateUser": users.create,
        "GetUser": users.show,
        "UpdateUser": renames.update_user,
        "PutUserPermissionsBoundary": users.put_boundary,
        "DeleteUserPermissionsBoundary": users.delete_boundary,
        "CreateRole": roles.create,
        "DeleteRole": roles.delete,
        "DeleteServiceLinkedRole": roles.delete,
        "PutRolePermissionsBoundary": roles.put_boundary,
        "DeleteRolePermissionsBoundary": roles.delete_boundary,
        "UpdateAssumeRolePolicy": trust_policies.update,
        "UpdateRole": roles.update,
        "GetRole": trust_policies.show,
        "ListRoles": trust_policies.show,
        "GetAccountAuthorizationDetails": trust_policies.show,
        "ListInstanceProfiles": trust_policies.show,
        "GetInstanceProfile": trust_policies.show,
        "CreateOpenIDConnectProvider": identity_providers.create_oidc,
        "AddClientIDToOpenIDConnectProvider": identity_providers.add_client_id,
        "RemoveClientIDFromOpenIDConnectProvider": identity_providers.remove_client_id,
        "UpdateOpenIDConnectProviderThumbprint": identity_providers.update_thumbprints,
        "DeleteOpenIDConnectProvider": identity_providers.delete_oidc,
        "CreateSAMLProvider": identity_providers.create_saml,
        "UpdateSAMLProvider": identity_providers.update_saml,
        "DeleteSAMLProvider": identity_providers.delete_saml,
        "CreateVirtualMFADevice": mfa_devices.create,
        "ListVirtualMFADevices": mfa_devices.list_virtual,
        "DeleteUser": users.delete,
        "ListServiceSpecificCredentials": users.list_service_credentials,
        "EnableMFADevice": mfa_devices.enable,
        "DeactivateMFADevice": mfa_devices.deactivate,
        "GetMFADevice": mfa_devices.get,
        "ResyncMFADevice": mfa_devices.resynchronize,
        "DeleteVirtualMFADevice": mfa_devices.delete,
        "UploadServerCertificate": tagging.create,
        "GetSAMLProvider": tagging.get,
        "GetServerCertificate": tagging.get,
        **{f"Tag{kind}": tagging.tag for kind in tagging.KINDS},
        **{f"Untag{kind}": tagging.untag for kind in tagging.KINDS},
        **{f"List{kind}Tags": tagging.list_all for kind in tagging.KINDS},
    },
)
