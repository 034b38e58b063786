# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 The flow
#
# *Twenty minutes. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# Alice's firm audits a customer's quarterly report. The customer could make her an access key of its own. That key
# would open the account today, and next year, and for whoever finds it in a script. So the customer makes a **role**
# instead, and Alice borrows its credentials from the Security Token Service (STS) whenever she needs them.
#
# Borrowing takes four steps: **set up**, **request**, **use**, **handle expiry**. Here is each of them.

# %% [markdown] tags=["trainer"]
# 25 minutes in a room. *Set up* 3, *request and use* 7 (hands up before step 1, then step through all ten),
# *credential* 3, *break it* 7, *expiry* 3, and leave the exercise for the break. The picture to come back to is the
# one with the seven arrows; draw it on the board and cross off an arrow whenever a step takes it.

# %%
from contextlib import suppress

from stssim import Lab
from stssim.lessons import question, task
from stssim.show.player import player

# %% [markdown]
# ## 1. Set up
#
# Two accounts, and a yes from each. The vendor lets Alice ask: that is her own **identity policy**. The customer lets
# the vendor in: that is the role's **trust policy**. What the role may do once somebody has it is a third policy, and
# it can be as narrow as one bucket.

# %%
lab = Lab(seed=7)
vendor, customer = lab.account("vendor"), lab.account("customer")
alice = vendor.user("alice", policy="""{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}""")

# %%
trust = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111111111111"}}}"""
may_read = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}}"""
customer.bucket("reports", {"q3.csv": "quarter,revenue\nq3,1200\n"})
audit = customer.role("Audit", trust, may_read)

# %% [markdown]
# ## 2. and 3. Request and use
#
# Two calls. The first asks STS for credentials of the role, the second reads the report with them. Click your answer,
# then step with **→**.

# %%
with lab.recording("audit") as trace:
    reply = alice.client("sts").assume_role(RoleArn=audit.arn, RoleSessionName="alice")
    session = lab.session(reply)
    session.client("s3").get_object(Bucket="reports", Key="q3.csv")
player(trace, question=question("01-checked"))

# %% [markdown] tags=["trainer"]
# **C**. Point at steps 2 and 8: the same check, with two different keys. Ask: *which secret did Alice sign the second
# request with, and how did S3 come by it?* (The session token opens for AWS alone, and S3 knows from it whose session
# it is. stssim seals its tokens in the same manner; what is inside a real one, AWS does not say.)

# %% [markdown]
# Architects draw this as **seven arrows**, and every step of the trace belongs to one of them. The last step of each:

# %%
{step.arrow: step.label for step in trace}

# %% [markdown]
# | arrow | stage | |
# |---|---|---|
# | 1 | request | request temporary credentials |
# | 2 | validate | validate the request: who is it, and may they? |
# | 3 | issue | generate temporary credentials |
# | 4 | issue | receive them |
# | 5 | request | access a resource with them |
# | 6 | validate | authorize the access: who is it, and may they? |
# | 7 | access | access granted |
#
# Arrow 2 is STS's, and it is the role's trust policy that decides there. Arrow 6 is S3's, and it is what the role may
# do that decides. Look at tab *Policy* in steps 4 and 9.

# %% [markdown]
# ## What a credential is made of
#
# STS answered with four values. Two of them are secret, and are shown shortened here.

# %%
from stssim.call import shorten

secret = {"SecretAccessKey", "SessionToken"}
parts = reply["Credentials"]
{name: shorten(value) if name in secret else f"{value}" for name, value in parts.items()}

# %% [markdown]
# | | what it is for |
# |---|---|
# | `AccessKeyId` | names the credentials. It begins with `ASIA`; a long-term key begins with `AKIA`. Not secret: it goes along with every request, and AWS logs it |
# | `SecretAccessKey` | signs requests, and is never sent with one |
# | `SessionToken` | goes along with every request that these credentials sign. A long-term key has none |
# | `Expiration` | the moment, in UTC, at which they end |

# %% [markdown]
# ## Break it
#
# Now be somebody who found *some* of this. Four requests, one fault in each: a wrong secret; the session token left
# out; another file asked for after the request was signed; an hour too late.

# %%
def tamper(request, **_):
    request.url = request.url.replace("q3.csv", "q4.csv")

changed = session.client("s3")
changed.meta.events.register_first("before-send.s3.GetObject", tamper)

# %%
guessed = lab.session({"Credentials": parts | {"SecretAccessKey": "x" * 40}}).client("s3")
without = lab.session({"Credentials": parts | {"SessionToken": ""}}).client("s3")

# %%
def read(s3):
    with suppress(Exception):
        s3.get_object(Bucket="reports", Key="q3.csv")

# %%
with lab.recording("spoiled") as spoiled:
    for s3 in (guessed, without, changed):
        read(s3)
    lab.clock.advance(hours=1)
    read(session.client("s3"))
player(spoiled, question=question("01-spoiled"))

# %% [markdown] tags=["trainer"]
# **D**. Step to each refusal and read tab *Response* aloud: four faults, three codes (`SignatureDoesNotMatch` twice,
# `InvalidAccessKeyId`, `ExpiredToken`). S3 cannot tell a wrong secret from a changed request, and does not have to:
# either way, the signature it computes is not the one that was sent. Ask: *what of the seven arrows did they use up?*
# (5, and half of 6. Arrow 2 is long past: STS hears nothing of any of it.)

# %% [markdown]
# Two of the four get the same answer. Which two, and why can S3 not tell them apart? Tab *Response* has the codes.
# And why does tab *Credentials* stay empty?

# %% [markdown]
# ## 4. Handle expiry
#
# A program that runs all day has two ways. It can catch `ExpiredToken`, ask again and go on. Or it leaves that to the
# SDK: credentials that come from a profile with a `role_arn`, and from `audit.credentials(...)` here, are asked for
# anew before they end. The report is read four times now, half an hour apart.

# %%
s3 = audit.credentials(by=alice).client("s3")
with lab.recording("a long day") as day:
    for _ in range(4):
        s3.get_object(Bucket="reports", Key="q3.csv")
        lab.clock.advance(minutes=30)
[f"{step.at:%H:%M} {step.label}" for step in day if step.arrow in (4, 7)]

# %% [markdown]
# ## Try it yourself

# %%
exercise = task("01-expired")
exercise

# %%
with lab.recording("mine") as mine:
    pass  # your calls
exercise.check(mine)

# %% [markdown]
# ## Elsewhere
#
# The same in plain boto3:
#
# ```python
# import boto3
#
# issued = boto3.client("sts").assume_role(RoleArn="arn:aws:iam::222222222222:role/Audit", RoleSessionName="alice")
# key, secret, token = (issued["Credentials"][part] for part in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
# s3 = boto3.client("s3", aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
# s3.get_object(Bucket="reports", Key="q3.csv")
# ```
#
# With the AWS CLI, by hand, and with a profile that does all four steps by itself (`aws s3 cp s3://reports/q3.csv -
# --profile audit`):
#
# ```console
# aws sts assume-role --role-arn arn:aws:iam::222222222222:role/Audit --role-session-name alice
# export AWS_ACCESS_KEY_ID=ASIA... AWS_SECRET_ACCESS_KEY=... AWS_SESSION_TOKEN=...
# aws s3 cp s3://reports/q3.csv -
# ```
#
# ```ini
# [profile audit]
# role_arn = arn:aws:iam::222222222222:role/Audit
# source_profile = alice
# ```
#
# **One to think about:** with credentials that last an hour, Alice makes a presigned URL of the report that is good
# for seven days, and mails it to a colleague. Until when does the link work?
#
# **What is left out here:** requests wait for nothing and are never throttled. The session token is stssim's own, and
# means nothing to AWS. A role's permissions can be changed while its session lives; that is lesson 04's.

# %% [markdown] tags=["solution"]
# For an hour at most. The link is a request that was signed with these credentials, session token and all, and S3
# checks them when it is used. Seven days is only how long the signature may be used *if* the credentials still are
# good.
