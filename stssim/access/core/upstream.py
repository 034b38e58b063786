"""Who answers what the gate let through: moto, but for the operations whose state the gate keeps, wholly or in part."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

from stssim.access.core import answer as moto
from stssim.access.core import policy_documents
from stssim.access.core.lab_state import LabState
from stssim.access.core.moto_state import MotoState
from stssim.access.services import account as regions
from stssim.access.services import kms as key_policies
from stssim.access.services.iam import (
    account_settings,
    encoded_documents,
    entities,
    entity_names,
    identity_providers,
    mfa_devices,
    outbound_federation,
    renames,
    roles,
    tagging,
    trust_policies,
    unique_ids,
    users,
)
from stssim.access.services.iam import aws_managed_policies as aws_policies
from stssim.access.services.iam import customer_managed_policies as managed_policies
from stssim.access.services.organizations import invitations, organizations
from stssim.access.services.s3 import bucket_policies, buckets, public_access
from stssim.call import Call, Caller, HttpReply
from stssim.cloud import Directory
from stssim.draws import Draws

Forward = Callable[[], HttpReply]
Around = Callable[[Call, Caller, LabState, Directory, Forward], HttpReply]


@dataclass(frozen=True, slots=True)
class MotoUpstream:
    """The Upstream of one Lab. `answer` may be called only while that Lab's `World` is entered."""

    kept: LabState
    directory: Directory
    world: MotoState
    draws: Draws

    def answer(self, call: Call, caller: Caller, resource_account: str) -> HttpReply:
        """Raises `Refused` where neither the gate nor moto has an answer."""
        name = _drawn_by(call, resource_account)
        return self.redo(call, caller, resource_account, f"{name} {self.draws.number(name)}")

    def redo(self, call: Call, caller: Caller, resource_account: str, draw: str) -> HttpReply:
        """The answer to this call with the ids and keys of a draw that was made before."""
        self.world.draw(draw)
        roles.protect(call, caller, self.directory)
        entity_names.require_free(call, caller)
        policy_documents.judge(call, caller)

        def ask_moto() -> HttpReply:
            return moto.answer(call, caller, resource_account)

        def forward() -> HttpReply:
            return aws_policies.provide(call, caller, ask_moto) if call.service == "iam" else ask_moto()

        around = _AROUND.get(call.name)
        with entities.naming(call, caller.account) if call.service == "iam" else nullcontext():
            reply = around(call, caller, self.kept, self.directory, forward) if around else forward()
        if reply.status < 300:
            policy_documents.settle(call)
        return encoded_documents.encoded(reply) if call.service == "iam" else reply


_NAMING = re.compile(r"(Name|Id|ID|Arn|ARN|Url|URL|name|arn)$|^(Bucket|Key|id|url)$")
"""The parameters by which AWS's operations name what they are about."""


def _drawn_by(call: Call, account: str) -> str:
    """What the call's ids are drawn by: the account, service and operation, and the names of what it makes.

    What else it says changes no id, so a role has the same one whatever its trust policy allows.
    """
    asked = call.parameters
    names = (asked[key] for key in sorted(asked) if isinstance(asked[key], str) and _NAMING.search(key))
    return " ".join((account, call.region, call.name, *names))


_AROUND: dict[str, Around] = {
    "account:DisableRegion": regions.switch,
    "account:EnableRegion": regions.switch,
    "account:GetRegionOptStatus": regions.show,
    "account:ListRegions": regions.show_all,
    "s3:PutBucketPolicy": bucket_policies.put,
    "s3:GetBucketPolicy": bucket_policies.get,
    "s3:GetBucketPolicyStatus": bucket_policies.status,
    "s3:DeleteBucketPolicy": bucket_policies.delete,
    "s3:ListBuckets": buckets.list_all,
    "s3:DeleteObjects": buckets.delete_objects,
    "s3:CreateBucket": public_access.create_bucket,
    "s3:DeleteBucket": bucket_policies.delete_bucket,
    "kms:DescribeKey": key_policies.describe,
    "iam:SetSecurityTokenServicePreferences": account_settings.set_token_version,
    "iam:EnableOrganizationsRootCredentialsManagement": account_settings.enable_feature,
    "iam:EnableOrganizationsRootSessions": account_settings.enable_feature,
    "iam:DisableOrganizationsRootCredentialsManagement": account_settings.disable_feature,
    "iam:DisableOrganizationsRootSessions": account_settings.disable_feature,
    "iam:ListOrganizationsFeatures": account_settings.list_features,
    "organizations:EnableAWSServiceAccess": organizations.trust_iam,
    "organizations:DisableAWSServiceAccess": organizations.trust_iam,
    "organizations:RegisterDelegatedAdministrator": organizations.delegate,
    "organizations:DeregisterDelegatedAdministrator": organizations.delegate,
    "organizations:ListDelegatedAdministrators": organizations.delegate,
    "organizations:CreateAccount": organizations.create_account,
    "organizations:AttachPolicy": organizations.attach,
    "organizations:DetachPolicy": organizations.detach,
    "organizations:InviteAccountToOrganization": invitations.invite,
    "organizations:AcceptHandshake": invitations.accept,
    "organizations:DeclineHandshake": invitations.decline,
    "organizations:CancelHandshake": invitations.cancel,
    "organizations:DescribeHandshake": invitations.describe,
    "organizations:ListHandshakesForAccount": invitations.list_handshakes,
    "organizations:ListHandshakesForOrganization": invitations.list_handshakes,
    "organizations:LeaveOrganization": invitations.leave,
    "iam:EnableOutboundWebIdentityFederation": outbound_federation.enable,
    "iam:DisableOutboundWebIdentityFederation": outbound_federation.disable,
    "iam:GetOutboundWebIdentityFederationInfo": outbound_federation.show,
    "iam:CreateGroup": unique_ids.create,
    "iam:CreateInstanceProfile": unique_ids.create,
    "iam:CreatePolicy": unique_ids.create,
    "iam:DeletePolicy": managed_policies.delete,
    "iam:CreateUser": users.create,
    "iam:GetUser": users.show,
    "iam:UpdateUser": renames.update_user,
    "iam:PutUserPermissionsBoundary": users.put_boundary,
    "iam:DeleteUserPermissionsBoundary": users.delete_boundary,
    "iam:CreateRole": roles.create,
    "iam:DeleteRole": roles.delete,
    "iam:DeleteServiceLinkedRole": roles.delete,
    "iam:PutRolePermissionsBoundary": roles.put_boundary,
    "iam:UpdateAssumeRolePolicy": trust_policies.update,
    "iam:UpdateRole": roles.update,
    "iam:GetRole": trust_policies.show,
    "iam:ListRoles": trust_policies.show,
    "iam:GetAccountAuthorizationDetails": trust_policies.show,
    "iam:ListInstanceProfiles": trust_policies.show,
    "iam:GetInstanceProfile": trust_policies.show,
    "iam:CreateOpenIDConnectProvider": identity_providers.create_oidc,
    "iam:AddClientIDToOpenIDConnectProvider": identity_providers.add_client_id,
    "iam:RemoveClientIDFromOpenIDConnectProvider": identity_providers.remove_client_id,
    "iam:CreateSAMLProvider": identity_providers.create_saml,
    "iam:UpdateSAMLProvider": identity_providers.update_saml,
    "iam:DeleteSAMLProvider": identity_providers.delete_saml,
    "iam:CreateVirtualMFADevice": mfa_devices.create,
    "iam:ListVirtualMFADevices": mfa_devices.list_virtual,
    "iam:DeleteUser": users.delete,
    "iam:ListServiceSpecificCredentials": users.list_service_credentials,
    "iam:EnableMFADevice": mfa_devices.enable,
    "iam:ResyncMFADevice": mfa_devices.resynchronize,
    "iam:DeleteVirtualMFADevice": mfa_devices.delete,
    "iam:UploadServerCertificate": tagging.create,
    "iam:GetSAMLProvider": tagging.get,
    "iam:GetServerCertificate": tagging.get,
    "iam:ListInstanceProfileTags": tagging.list_all,
    **{f"iam:Tag{kind}": tagging.tag for kind in tagging.KEPT},
    **{f"iam:Untag{kind}": tagging.untag for kind in tagging.KEPT},
    **{f"iam:List{kind}Tags": tagging.list_all for kind in tagging.KEPT},
}
