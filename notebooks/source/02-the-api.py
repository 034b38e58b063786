# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 The API
#
# *Twenty-five minutes. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# STS has eleven operations. Five do nearly all of the work, and all eleven are called here. Two things tell them
# apart: what the caller **has** to show, and what they **want**.
#
# The shop has an account, and its branch has another. Alice runs the shop's cloud, Bob has just been locked out of
# it, Carol has no account at all, Dora signs in at the company's own login page, and a build job deploys the web
# site.

# %% [markdown] tags=["trainer"]
# 30 minutes in a room. *AssumeRole and who am I* 6, *tokens of one's own* 7, *somebody else vouches* 7, *the rest* 5,
# *which one when* 5. Write two columns on the board, *has* and *wants*, and let the room fill them while you step.
# The exercise is for afterwards; it takes about ten minutes.

# %%
from contextlib import suppress

from stssim import Lab
from stssim.lessons import compared, question, task
from stssim.show.player import player

# %%
lab = Lab(seed=2)
shop, branch = lab.account("shop"), lab.account("branch")
everything = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "*", "Resource": "*"}}"""
alice = shop.user("alice", everything)
sts = alice.client("sts")

# %% [markdown]
# ## AssumeRole, GetCallerIdentity, GetAccessKeyInfo
#
# **AssumeRole** turns somebody whom AWS knows already, a user or a session, into a session of a role, of their own
# account or of another. The root user cannot, nor can a session of GetFederationToken, further down.
# **GetCallerIdentity** says who the credentials of a request make its sender. **GetAccessKeyInfo** says which account
# a key id belongs to.

# %%
reports = branch.role("Reports", """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111111111111"}}}""")
with lab.recording("alice"):
    sts.assume_role(RoleArn=reports.arn, RoleSessionName="alice")
    sts.get_caller_identity(), sts.get_access_key_info(AccessKeyId=alice.access_key_id)

# %% [markdown]
# Bob is locked out: one policy, and it denies everything. He asks S3 for the buckets, and STS who he is. Click
# your answer, then step with **→**.

# %%
bob = shop.user("bob", everything.replace("Allow", "Deny"))
with lab.recording("bob") as his:
    for service, operation in (("s3", "list_buckets"), ("sts", "get_caller_identity")):
        with suppress(Exception):
            getattr(bob.client(service), operation)()
player(his, question=question("02-denied"))

# %% [markdown] tags=["trainer"]
# **D**. Point at what the second call does *not* have: a step in which a policy is asked, as S3's has. Whoever finds
# a key can find out whose it is, which is why `aws sts get-caller-identity` is the first thing that both an engineer
# and a thief type. GetSessionToken is of the same kind: a Deny has no effect on it.

# %% [markdown]
# ## GetSessionToken and GetFederationToken
#
# Both want a **long-term key**: a user's, or the root user's. **GetSessionToken** gives credentials that are the
# user's own, with the word of an MFA device in them if a code was given. **GetFederationToken** gives them to
# somebody who is no user at all, under any name, with a policy that limits them. (The picture draws Carol as Alice,
# who asked for her credentials. Tab *Credentials* says whose they are.)

# %%
phone = alice.mfa_device()
with lab.recording("tokens"):
    sts.get_session_token(SerialNumber=phone.serial, TokenCode=phone.code())
    carol = lab.session(sts.get_federation_token(Name="carol", Policy=everything))

# %%
asked = [("sts", "get_caller_identity"), ("s3", "list_buckets"), ("iam", "list_users"), ("sts", "get_session_token")]
with lab.recording("carol") as hers:
    for service, operation in asked:
        with suppress(Exception):
            getattr(carol.client(service), operation)()
player(hers, question=question("02-federated"))

# %% [markdown] tags=["trainer"]
# **C**. IAM and STS refuse the kind of caller, before any policy (*a federated user cannot call IAM*). Ask: *why
# would AWS forbid that?* A federated user who could make IAM users or ask for new tokens would outlive the hours she
# was given. GetSessionToken's own credentials are held in the same way: of STS only AssumeRole and GetCallerIdentity,
# and IAM only with MFA.

# %% [markdown]
# ## AssumeRoleWithWebIdentity and AssumeRoleWithSAML
#
# For whoever has no AWS credentials at all, and an identity provider that vouches for them. The request is **not
# signed**: the token is the proof, and the role's trust policy says whose tokens it takes. Lessons 08 and 09 are
# about these two alone.

# %%
ci = lab.oidc_provider("https://ci.example.com")
deploy = shop.role("Deploy", {"Version": "2012-10-17", "Statement": {
    "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
    "Principal": {"Federated": ci.register(shop)},
    "Condition": {"StringEquals": {"ci.example.com:sub": "repo:shop/web"}}}})

# %%
login = lab.saml_provider("https://login.example.com")
staff = shop.role("Staff", {"Version": "2012-10-17", "Statement": {
    "Effect": "Allow", "Action": "sts:AssumeRoleWithSAML",
    "Principal": {"Federated": login.register(shop, "login")},
    "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}})

# %%
provider, nobody = "arn:aws:iam::111111111111:saml-provider/login", lab.client("sts")
with lab.recording("vouched for") as vouched:
    token, dora = ci.mint(sub="repo:shop/web"), login.assertion("dora", [(staff.arn, provider)])
    nobody.assume_role_with_web_identity(RoleArn=deploy.arn, RoleSessionName="build", WebIdentityToken=token)
    nobody.assume_role_with_saml(RoleArn=staff.arn, PrincipalArn=provider, SAMLAssertion=dora)
player(vouched)

# %% [markdown]
# Look at tab *Request* of the build job's call, and then at the one of Dora's: there is no `authorization` header.
# Who is the *Principal* in tab *Policy*?

# %% [markdown]
# ## The rest
#
# **DecodeAuthorizationMessage** opens the encoded message that EC2 and some others refuse with. **AssumeRoot** lets
# the account that manages an organization repair what only a member's root user can. **GetWebIdentityToken** goes the
# other way round: AWS vouches for the caller, to somebody outside. **GetDelegatedAccessToken** is for AWS's partners,
# who trade a token in that their customer approved; a made-up one is refused.

# %%
org = shop.client("organizations")
org.create_organization(FeatureSet="ALL")
org.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
sent = org.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": branch.number})["Handshake"]
accepted = branch.client("organizations").accept_handshake(HandshakeId=sent["Id"])

# %%
shop.client("iam").enable_organizations_root_sessions()
shop.client("iam").enable_outbound_web_identity_federation()
with lab.recording("refused") as refused, suppress(Exception):
    bob.client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
message, unlock = refused.denied.refusal.message.split()[-1], "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"

# %%
with lab.recording("the rest"), suppress(Exception):
    sts.decode_authorization_message(EncodedMessage=message)
    sts.assume_root(TargetPrincipal=branch.number, TaskPolicyArn={"arn": unlock})
    sts.get_web_identity_token(Audience=["https://api.example.com"], SigningAlgorithm="ES384")
    sts.get_delegated_access_token(TradeInToken="found in a drawer")
compared(*lab.traces.values())

# %% [markdown]
# Every line of this table is one of the calls above, and the last column is botocore's own model. Three operations
# turn up without a decision, which is a dash here. Why did nobody have to decide? To see the steps of one, play its
# recording in a cell of your own: `player(lab.traces["tokens"])`.

# %% [markdown] tags=["trainer"]
# GetCallerIdentity and GetSessionToken need no permission. GetDelegatedAccessToken was refused before anybody's
# permissions were looked at. Point at *it lasts*: an hour for a role, twelve for the two that want a long-term key.

# %% [markdown]
# ## Which one when
#
# | you have | you want | ask for |
# |---|---|---|
# | AWS credentials, of a user or a session | a role, at home or in another account | AssumeRole |
# | a token of an OpenID Connect provider: CI, Kubernetes, a sign-in page | a role | AssumeRoleWithWebIdentity |
# | an assertion of the company's SAML provider | a role | AssumeRoleWithSAML |
# | a long-term key and an MFA device | your own permissions, with MFA | GetSessionToken |
# | a long-term key | to lend a part of your permissions to somebody with no user | GetFederationToken |
# | credentials | to know whose they are | GetCallerIdentity |
# | a key id | to know its account | GetAccessKeyInfo |
# | an encoded refusal | to read it | DecodeAuthorizationMessage |
# | the account that manages an organization | to unlock a member's bucket or root user | AssumeRoot |
# | AWS credentials | to prove them to somebody outside AWS | GetWebIdentityToken |
# | a customer's approval, as a partner of AWS | access for a while | GetDelegatedAccessToken |

# %% [markdown]
# ## Try it yourself

# %%
exercise = task("02-which-one")
exercise

# %%
with lab.recording("mine") as mine:
    pass  # your calls
exercise.check(mine)

# %% [markdown]
# ## Elsewhere
#
# In plain boto3 they are methods of `boto3.client("sts")`, under the same names. The AWS CLI spells them with dashes:
#
# ```console
# aws sts get-caller-identity
# aws sts get-access-key-info --access-key-id AKIA...
# aws sts get-session-token --serial-number arn:aws:iam::111111111111:mfa/alice --token-code 123456
# aws sts assume-role-with-web-identity --role-arn arn:aws:iam::111111111111:role/Deploy \
#   --role-session-name build --web-identity-token file://token.jwt
# ```
#
# An SDK calls AssumeRoleWithWebIdentity by itself when `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE` are set.
#
# **One to think about:** a program runs on a server under a role. It wants an hour of access to another account for a
# subcontractor who has no user anywhere. Which of the eleven can it call, and which of them can it not?
#
# **What is left out here:** nothing in stssim can make a real trade-in token, so GetDelegatedAccessToken never
# succeeds. The tokens' verification has two lessons of its own.

# %% [markdown] tags=["solution"]
# It can call AssumeRole, with a session policy that is as narrow as the job. GetFederationToken looks made for it,
# but wants a long-term key, and a program that runs under a role has none. (Better still, the subcontractor's own
# company has an identity provider, and the role trusts that one.)
