# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 Sessions
#
# *An hour, in two halves. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# Whoever assumes a role gets a **session**. How long does it last, what can be taken away from it, what does it carry
# along when it assumes the next role, and how do you end it before its time?
#
# The shop has two roles, *Ops* and *Deploy*, and both may last four hours. Alice may assume either. What is at stake
# is the day on which the credentials of such a session turn up where they should not.

# %% [markdown] tags=["trainer"]
# 70 minutes in a room, and two halves. *How long* 8, *a copied hour* 12, *less than the role* 7, *what goes along* 8;
# then a break; *the end of the chain* 10, *an incident* 15, *with MFA* 10. If time is short, leave out *what goes
# along* and *the end of the chain*, and give them as homework. In every scenario: vote, step, let the room name its
# fixes, then open the workbench.

# %%
import json
from contextlib import suppress

from stssim import Lab
from stssim.lessons import Lesson, question
from stssim.show.player import player


# %%
def document(effect, action, **more):
    return {"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": action, **more}}

lab = Lab(seed=4)
shop = lab.account("shop")
alice = shop.user("alice", document("Allow", "sts:*", Resource="*"))

# %%
into = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
trust = document("Allow", into, Principal={"AWS": shop.number})
may = document("Allow", ["s3:*", "iam:*", "sts:*"], Resource="*")
ops, deploy = (shop.role(name, trust, may, max_session_duration=4 * 3600) for name in ("Ops", "Deploy"))

# %%
def assume(who, role, **more):
    with suppress(Exception):
        asked = {"RoleArn": role.arn, "RoleSessionName": "alice", **more}
        return lab.session(who.client("sts").assume_role(**asked))

# %% [markdown]
# ## How long
#
# An hour, if nobody says otherwise. A quarter of an hour is the least, and the most is the role's **maximum session
# duration**, which its owner sets to something from one hour to twelve. A session that assumes the next role, which
# is called **role chaining**, has a limit of its own. Four questions, four answers:

# %%
session = assume(alice, ops, DurationSeconds=4 * 3600)
for who, hours in ((alice, 4), (alice, 5), (session, 1), (session, 2)):
    with lab.recording(f"{type(who).__name__}, {hours} h") as asked:
        assume(who, deploy, DurationSeconds=hours * 3600)
    print(asked.name, asked.denied.refusal.message if asked.denied else "granted", sep=": ")

# %% [markdown]
# Long work needs no long sessions. Credentials that **refresh** themselves are asked for anew before they end, and
# boto3 does that when fewer than fifteen minutes are left. A job runs every twenty minutes; when does it get new
# ones?

# %%
s3 = deploy.credentials(by=alice).client("s3")
with lab.recording("a morning") as morning:
    for _ in range(7):
        s3.list_buckets()
        lab.clock.advance(minutes=20)
[f"{step.at:%H:%M} {step.sentence}" for step in morning if step.arrow == 3]

# %% [markdown]
# ## A copied hour
#
# One hour for a chained session, whatever the roles allow. At the orchard, Ivo works with two roles, *Weighing* and
# from there *Packing*. Mallory has copied one session of *Packing*, and nothing else; Omar deletes Ivo's access key
# at once. Click your answer, step through it, and mend it below: Ivo must still get from *Weighing* to *Packing*.

# %%
from IPython.display import display

juggling = Lesson("role-juggling")
display(juggling.attack(question=juggling.question), juggling.fix())

# %% [markdown] tags=["trainer"]
# **C**. Let the room draw the two roles and an arrow for every *trusts*. There is a circle, and each time round gives
# a new hour. The wrong idea worth a minute is taking `sts:AssumeRole` out of *Packing*'s policy: within one account
# the trust policy that names the role is enough (lesson 03), so only a Deny helps.

# %% [markdown]
# ## Less than the role
#
# A **session policy** is passed with the request and ends with the session. *Ops* may do everything in S3, IAM and
# STS; Alice passes a policy that allows S3 and EC2.

# %%
with lab.recording("narrower") as narrower:
    session = assume(alice, ops, Policy=json.dumps(document("Allow", ["s3:*", "ec2:*"], Resource="*")))
    for service, operation in (("s3", "list_buckets"), ("iam", "list_users"), ("ec2", "describe_instances")):
        with suppress(Exception):
            getattr(session.client(service), operation)()
player(narrower, question=question("04-narrower"))

# %% [markdown] tags=["trainer"]
# **C**. Draw two circles and the part where they overlap. Point at tab *Policy* of the two refusals: in one the
# session policy is what lacks, in the other the role's own. Ask: *who would pass one?* A broker that hands out one
# role to many people, each of whom may see their own folder.

# %% [markdown]
# ## What goes along
#
# **Session tags** and a **source identity** say on whose behalf a session works; policies can ask for them, and
# CloudTrail notes the source identity. Alice gives two tags, and makes one of them **transitive**. She assumes
# *Deploy* from there with nothing more said, and from *Deploy* she asks for *Ops* again, with another source
# identity.

# %%
tags = [{"Key": "team", "Value": "web"}, {"Key": "cost", "Value": "7"}]
with lab.recording("marked") as marked:
    first = assume(alice, ops, Tags=tags, TransitiveTagKeys=["team"], SourceIdentity="alice")
    second = assume(first, deploy)
    assume(second, ops, SourceIdentity="mallory")
player(marked, question=question("04-marked"))

# %% [markdown] tags=["trainer"]
# **B**. Tab *Credentials*, at each step in which credentials are received: what is in it the first time and not the
# second? Then the refusal: a `ValidationError`, not an AccessDenied, because no policy was asked. Point at the
# permissions that were: `sts:TagSession` and `sts:SetSourceIdentity` stand in the trust policy beside
# `sts:AssumeRole`, and without them neither can be passed.

# %% [markdown]
# ## The end of the chain
#
# At the mill, Ben may assume role *Build* and no other. *Build* may assume *Release*. *Admin* trusts the account.
# None of these three roles looks dangerous by itself, and Mallory has Ben's access key.

# %%
chain = Lesson("role-chain-to-admin")
display(chain.attack(question=chain.question), chain.fix())

# %% [markdown] tags=["trainer"]
# **C**. At every AssumeRole, look at tab *Request*, line *Caller*: Ben stands there once. Ask: *what could Olga's
# role ask for to see who began?* A source identity, which goes along (the section before).

# %% [markdown]
# ## An incident
#
# Credentials of *Ops* are found on a web site. The team's first thought is the trust policy: from now on it denies
# everybody. Five minutes later, whoever has the credentials asks for the buckets.

# %%
stolen = assume(alice, ops)
with lab.recording("incident") as incident:
    ops.trust(document("Deny", into, Principal={"AWS": "*"}))
    lab.clock.advance(minutes=5)
    assume(alice, ops), stolen.client("s3").list_buckets()
player(incident, question=question("04-incident"))

# %% [markdown] tags=["trainer"]
# **B**. The picture draws the thief as Alice, for credentials do not say who holds them. Two calls, two policies:
# Alice's AssumeRole is denied by the trust policy, and the thief's ListBuckets never meets it. Ask for other ideas
# before you go on: delete the role (works at once, and breaks everything that uses it), take its permissions away
# (works, for everybody), wait (an hour here; twelve where the role allows it).

# %% [markdown]
# And if the session is not a role's, but was got with a user's key? Lena's access key has leaked. Mallory's first
# call with it is GetFederationToken, for 36 hours. Ten minutes later Omar deletes the key.

# %%
outlives = Lesson("session-outlives-key")
display(outlives.attack(question=outlives.question), outlives.fix())

# %% [markdown] tags=["trainer"]
# **C**. Point at the request of the day after: a key id that begins with `ASIA`, and a session token. Lena's key is
# not in it. The legitimate task that most fixes break is Lena's own work with her new key.

# %% [markdown]
# What somebody *may* is looked up at every call. So the way to end sessions is a Deny for those that began too early:
# in the user's policies for Lena, and in the role's own for *Ops*. The console's button **Revoke active sessions**
# writes just this into a role.

# %%
early = {"DateLessThan": {"aws:TokenIssueTime": f"{lab.clock.now():%Y-%m-%dT%H:%M:%SZ}"}}
deny = json.dumps(document("Deny", "*", Resource="*", Condition=early))
with lab.recording("revoked") as revoked, suppress(Exception):
    shop.client("iam").put_role_policy(RoleName="Ops", PolicyName="AWSRevokeOlderSessions", PolicyDocument=deny)
    stolen.client("s3").list_buckets()
player(revoked)

# %% [markdown]
# ## With MFA
#
# With a long-term key, `aws:MultiFactorAuthPresent` is not *false* but *absent*: `Bool` is not met then, and
# `BoolIfExists` always is. A code comes with the request, for AssumeRole and GetSessionToken alike; but only
# GetSessionToken's credentials remember it, and a role's session does not.
#
# At the quay, role *Vault* opens for Adam alone, and only with MFA. Mallory has the access key of Mona, who looks
# after the developers: she tags them, and gives them access keys and MFA devices.

# %%
mfa = Lesson("mfa-key-rotation")
display(mfa.attack(question=mfa.question), mfa.fix())

# %% [markdown] tags=["trainer"]
# **D**. Go through Mona's four permissions and ask after each: *what is this for?* All four are honest work. Then:
# *what does STS know of a device?* That it is enabled for user adam, and not whose hand holds it.

# %% [markdown]
# ## Elsewhere
#
# The same in plain boto3 is a parameter each; the AWS CLI and a profile have them as well.
#
# ```python
# sts = boto3.client("sts")
# sts.assume_role(RoleArn=role, RoleSessionName="alice", DurationSeconds=900, Policy=json.dumps(policy),
#                 Tags=[{"Key": "team", "Value": "web"}], TransitiveTagKeys=["team"], SourceIdentity="alice")
# ```
#
# ```console
# aws sts assume-role --role-arn ... --role-session-name alice --duration-seconds 900 --policy file://narrow.json \
#   --tags Key=team,Value=web --transitive-tag-keys team --source-identity alice
# aws iam put-role-policy --role-name Ops --policy-name AWSRevokeOlderSessions --policy-document file://deny.json
# ```
#
# ```ini
# [profile ops]
# role_arn = arn:aws:iam::111111111111:role/Ops
# source_profile = alice
# mfa_serial = arn:aws:iam::111111111111:mfa/alice
# duration_seconds = 900
# ```
#
# **One to think about:** at 9:02 the thief's session of *Ops* assumes *Deploy*. At 9:05 the sessions of *Ops* are
# revoked, as above. What of the session of *Deploy*?
#
# **What is left out here:** a changed policy counts at once, where AWS takes a moment. So revoke with a time that
# lies a little ahead, or look again a minute later.

# %% [markdown] tags=["solution"]
# It goes on: it is a session of *Deploy*, and nothing of *Deploy* has changed. Look in CloudTrail for AssumeRole
# events whose caller was the stolen session, and revoke the sessions of every role they name.
