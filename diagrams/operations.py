"""A picture of each of the twelve operations of STS: what is asked, what is checked, what comes back."""

from __future__ import annotations

import json

from botocore.exceptions import ClientError

from diagrams.given import READS, Picture, a_firm, allow, document, tried
from diagrams.sign_in import a_ci, a_sign_in
from stssim import Lab
from stssim.trace import Trace

UNLOCK = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"


def assume_role() -> Trace:
    """Alice of the vendor gets credentials of the customer's role."""
    firm = a_firm()
    with firm.lab.recording("AssumeRole") as trace:
        firm.assumed()
    return trace


def assume_role_with_saml() -> Trace:
    """Dana signs in with an assertion, and signs nothing herself."""
    company = a_sign_in()
    with company.lab.recording("AssumeRoleWithSAML") as trace:
        company.signed_in("dana@example.com")
    return trace


def assume_role_with_web_identity() -> Trace:
    """A build signs in with its token, and signs nothing itself."""
    company = a_ci()
    with company.lab.recording("AssumeRoleWithWebIdentity") as trace:
        company.signed_in("repo:shop/web:ref:refs/heads/main")
    return trace


def assume_root() -> Trace:
    """An admin of the managing account gets fifteen minutes as a member's root user, for one task."""
    firm = a_firm()
    organizations, iam = firm.vendor.client("organizations"), firm.vendor.client("iam")
    organizations.create_organization(FeatureSet="ALL")
    invited = organizations.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": firm.customer.number})
    firm.customer.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])
    organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    iam.enable_organizations_root_sessions()
    admin = firm.vendor.user("admin", document(allow("sts:AssumeRoot")))
    locks = {"Effect": "Deny", "Action": "s3:*", "Principal": "*", "Resource": "arn:aws:s3:::locked"}
    firm.customer.bucket("locked", policy=document(locks))
    with firm.lab.recording("AssumeRoot") as trace:
        sts = admin.client("sts")
        reply = sts.assume_root(TargetPrincipal=firm.customer.number, TaskPolicyArn={"arn": UNLOCK})
        firm.lab.session(reply).client("s3").delete_bucket_policy(Bucket="locked")
    return trace


def decode_authorization_message() -> Trace:
    """EC2 refuses with a message that only its account can read."""
    firm = a_firm()
    bob = firm.vendor.user("bob", document(allow("sts:DecodeAuthorizationMessage")))
    with firm.lab.recording("DecodeAuthorizationMessage") as trace:
        asked = {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
        try:
            bob.client("ec2").run_instances(**asked)
        except ClientError as refused:
            encoded = refused.response["Error"]["Message"].rpartition(" ")[2]
            bob.client("sts").decode_authorization_message(EncodedMessage=encoded)
    return trace


def get_access_key_info() -> Trace:
    """Bob finds a key and asks whose it is."""
    firm = a_firm()
    found = firm.customer.user("carol").access_key_id
    bob = firm.vendor.user("bob", document(allow("sts:GetAccessKeyInfo")))
    with firm.lab.recording("GetAccessKeyInfo") as trace:
        bob.client("sts").get_access_key_info(AccessKeyId=found)
    return trace


def get_caller_identity() -> Trace:
    """No permission is needed, and a Deny changes nothing."""
    firm = a_firm()
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    bob = firm.vendor.user("bob", document(deny))
    with firm.lab.recording("GetCallerIdentity") as trace:
        bob.client("sts").get_caller_identity()
    return trace


def get_delegated_access_token() -> Trace:
    """Nothing local can make a token that AWS would take."""
    firm = a_firm()
    with firm.lab.recording("GetDelegatedAccessToken") as trace:
        tried(firm.vendor.client("sts").get_delegated_access_token, TradeInToken="a token of a partner's")
    return trace


def get_federation_token() -> Trace:
    """The broker hands out what it may do itself, and no more than the policy that it passes."""
    lab = Lab(seed=7)
    vendor = lab.account("vendor")
    broker = vendor.user("broker", document(allow("sts:GetFederationToken"), allow("s3:*")))
    vendor.bucket("reports", {"q3.csv": "quarter,revenue\nq3,1200\n"})
    with lab.recording("GetFederationToken") as trace:
        reply = broker.client("sts").get_federation_token(Name="erin", Policy=json.dumps(READS))
        s3 = lab.session(reply).client("s3")
        s3.get_object(Bucket="reports", Key="q3.csv")
        tried(s3.delete_object, Bucket="reports", Key="q3.csv")
    return trace


def get_scoped_credentials() -> Trace:
    """An agent narrows the session that it runs in to one customer's folder, and stays who it is."""
    lab = Lab(seed=7)
    vendor = lab.account("vendor")
    alice = vendor.user("alice", document(allow("sts:AssumeRole")))
    trust = document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": vendor.arn}})
    agent = vendor.role("agent", trust, document(allow("sts:GetScopedCredentials"), allow("s3:*")))
    vendor.bucket("tickets", {"acme/1.txt": "printer", "globex/1.txt": "payroll"})
    session = agent.credentials(by=alice, session_name="support")
    with lab.recording("GetScopedCredentials") as trace:
        policy = document({**allow("s3:GetObject"), "Resource": "arn:aws:s3:::tickets/acme/*"})
        reply = session.client("sts").get_scoped_credentials(Policy=json.dumps(policy))
        s3 = lab.session(reply).client("s3")
        s3.get_object(Bucket="tickets", Key="acme/1.txt")
        tried(s3.get_object, Bucket="tickets", Key="globex/1.txt")
    return trace


def get_session_token() -> Trace:
    """Alice gives an MFA code once, and her credentials carry it for as long as they last."""
    lab = Lab(seed=7)
    vendor = lab.account("vendor")
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    alice = vendor.user("alice", document(allow("s3:DeleteObject", Condition=with_mfa)))
    device = alice.mfa_device()
    vendor.bucket("reports", {"q3.csv": "quarter,revenue\nq3,1200\n"})
    lab.clock.advance(minutes=1)
    with lab.recording("GetSessionToken") as trace:
        reply = alice.client("sts").get_session_token(SerialNumber=device.serial, TokenCode=device.code())
        lab.session(reply).client("s3").delete_object(Bucket="reports", Key="q3.csv")
    return trace


def get_web_identity_token() -> Trace:
    """A worker gets a token of its account's own issuer, to show to somebody else's API."""
    firm = a_firm()
    firm.vendor.client("iam").enable_outbound_web_identity_federation()
    worker = firm.vendor.user("worker", document(allow("sts:GetWebIdentityToken")))
    with firm.lab.recording("GetWebIdentityToken") as trace:
        worker.client("sts").get_web_identity_token(Audience=["https://api.example.com"], SigningAlgorithm="ES384")
    return trace


PICTURES = (
    Picture("assume-role", "AssumeRole: a user or a role becomes a role", assume_role),
    Picture(
        "assume-role-with-saml", "AssumeRoleWithSAML: a signed assertion instead of a signature", assume_role_with_saml
    ),
    Picture(
        "assume-role-with-web-identity",
        "AssumeRoleWithWebIdentity: a signed token instead of a signature",
        assume_role_with_web_identity,
    ),
    Picture("assume-root", "AssumeRoot: a member's root user, for one task and fifteen minutes", assume_root),
    Picture(
        "decode-authorization-message",
        "DecodeAuthorizationMessage: what a refusal kept to itself",
        decode_authorization_message,
    ),
    Picture("get-access-key-info", "GetAccessKeyInfo: whose is this key?", get_access_key_info),
    Picture("get-caller-identity", "GetCallerIdentity: who am I? Even a Deny does not stop it", get_caller_identity),
    Picture(
        "get-delegated-access-token",
        "GetDelegatedAccessToken: a token that nobody signed is refused",
        get_delegated_access_token,
    ),
    Picture(
        "get-federation-token",
        "GetFederationToken: what the broker may do, and no more than it passes",
        get_federation_token,
    ),
    Picture(
        "get-scoped-credentials",
        "GetScopedCredentials: the same session, narrowed to one folder",
        get_scoped_credentials,
    ),
    Picture(
        "get-session-token", "GetSessionToken: one's own credentials for a while, with MFA in them", get_session_token
    ),
    Picture("get-web-identity-token", "GetWebIdentityToken: AWS vouches for its own to others", get_web_identity_token),
)
