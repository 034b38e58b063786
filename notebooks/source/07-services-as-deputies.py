# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 07 Services as deputies
#
# *Twenty-five minutes. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# AWS has deputies of its own. CloudTrail writes a log into the bucket that somebody names. AppSync fetches data with
# the role that somebody names. Both work for every account that there is, and to S3 and STS both look the same whoever they work
# for: `cloudtrail.amazonaws.com`, `appsync.amazonaws.com`.
#
# There is no vendor here whom one could ask to send an External ID. What does a service say of the one that it works for?

# %% [markdown] tags=["trainer"]
# 30 minutes in a room: *the bucket* 9, *the role* 7, *the role handed on* 6, *the organization* 5 and its exercise for whoever is
# ready. Ask first: *who has a bucket policy with `"Service":` in it? Who wrote it?* It was copied, mostly, and the condition
# with it, or without it.

# %%
from contextlib import suppress

from stssim import Lab
from stssim.lessons import Lesson, task

# %% [markdown]
# ## A service that writes
#
# Harbour has a trail, and CloudTrail delivers its files into the bucket `harbour-log`. Harbour's bucket policy lets the
# service in. Step through it, and see who calls.

# %%
trail = Lesson("service-deputy-bucket")
trail.tasks()

# %% [markdown]
# Hugo asks for a trail, and from then on the service calls by itself. Step 9, tab *Policy*: the bucket policy names the
# service, and asks for nothing more.
#
# ## Predict
#
# Mallory makes a trail in an account of her own. Where are its files to go? She may type the name of any bucket.

# %%
trail.attack(question=trail.question)

# %% [markdown] tags=["trainer"]
# **D**. Flip between step 9 here and in the honest scenario: the same caller, the same action, the same statement. Ask: *who is the
# attacker in Harbour's log?* CloudTrail. And why it matters: an auditor believes what lies in that bucket.

# %% [markdown]
# Mallory never called S3. She cannot: her account has no permission on that bucket. But compare step 6 with Hugo's: the
# service knows for which trail it works, and tells S3 with every call. Try the ideas, or write a bucket policy of your own.

# %%
trail.fix()

# %% [markdown]
# ## A service that assumes a role
#
# The same with STS in S3's place. A clinic's API runs on AppSync, which assumes the clinic's role `PatientsApi` for it. AppSync
# itself must refuse a role of another account than the API's. In 2022 somebody found a way around that check.

# %%
api = Lesson("service-deputy-role")
api.attack(question=api.question)

# %% [markdown] tags=["trainer"]
# **D**. AWS mended the service within days. Ask: *whose mistake was it, then?* AWS's. And which customers need not have cared?
# Those whose trust policies asked for `aws:SourceArn` or `aws:SourceAccount`, though they had no reason to. One lock is the
# service's, the other is yours.

# %% [markdown]
# Step 5, tab *Policy*: the trust policy names the service, and the service it is. The clinic cannot mend AppSync. What can it
# mend?

# %%
api.fix()

# %% [markdown]
# ## Before the service has the role
#
# Who may tell a service to use a role? In one's own account that is a permission, `iam:PassRole`, and it is asked of the person
# who sets the service up. At the foundry, Mallory writes functions, and may assume no role at all.

# %%
passed = Lesson("passrole")
passed.attack(question=passed.question)

# %% [markdown] tags=["trainer"]
# **D**. Steps 3 and 4: two questions are asked of her in one call, `lambda:CreateFunction` and `iam:PassRole`. From step 6 on she is
# out of it. Ask: *does `aws:SourceArn` in the trust policy of Ledger help?* It would, if it named Lou's function; but the
# fault is that she may hand on any role.

# %% [markdown]
# Mallory has called STS not once. Which of her calls was the one that gave her the ledger, and which two permissions were asked
# of her for it?

# %%
passed.fix()

# %% [markdown]
# ## What a service says
#
# An organization has two accounts, `logs` and `shop`; `stranger` is not in it. All three have a trail, and name the bucket
# `all-logs`, whose policy has no condition yet.

# %%
lab = Lab(seed=7)
logs, shop, stranger = lab.account("logs"), lab.account("shop"), lab.account("stranger")
head = logs.client("organizations")
org = head.create_organization(FeatureSet="ALL")["Organization"]["Id"]
invited = head.invite_account_to_organization(Target={"Type": "ACCOUNT", "Id": shop.number})
joined = shop.client("organizations").accept_handshake(HandshakeId=invited["Handshake"]["Id"])

# %%
policy = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:PutObject",
  "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Resource": "arn:aws:s3:::all-logs/*"}}"""
bucket = logs.bucket("all-logs", policy=policy)

# %%
def deliver(account):
    arn = f"arn:aws:cloudtrail:us-east-1:{account.number}:trail/main"
    trail = lab.service("cloudtrail.amazonaws.com", source_arn=arn, source_account=account.number)
    key = f"AWSLogs/{account.number}/monday.json"
    with suppress(Exception):
        trail.client("s3").put_object(Bucket=bucket, Key=key, Body="{}")

# %%
with lab.recording("two trails") as trace:
    deliver(shop), deliver(stranger)
said = [step.decision.request.context for step in trace if step.decision]
about = "aws:Source", "aws:Principal"
[{key: value for key, value in keys.items() if key.startswith(about)} for keys in said]

# %% [markdown]
# | key | says |
# |---|---|
# | `aws:PrincipalIsAWSService` | that it is a service which calls, as itself |
# | `aws:SourceArn` | the resource it works for: the strictest |
# | `aws:SourceAccount` | the account of that resource |
# | `aws:SourceOrgID`, `aws:SourceOrgPaths` | the organization of that account, and where in it; absent if there is none |
#
# Nobody but the service can set these keys, and it sets them on calls that it makes as itself. Once it has assumed a role, it
# calls as that role, and they are gone.

# %%
exercise = task("07-organization")
exercise

# %%
with lab.recording("mine") as mine:
    pass  # your calls
exercise.check(mine)

# %% [markdown]
# ## Elsewhere
#
# The same in plain boto3 and with the AWS CLI:
#
# ```python
# boto3.client("s3").put_bucket_policy(Bucket="harbour-log", Policy=json.dumps(policy))
# boto3.client("iam").update_assume_role_policy(RoleName="PatientsApi", PolicyDocument=json.dumps(trust))
# ```
#
# ```console
# aws s3api put-bucket-policy --bucket harbour-log --policy file://policy.json
# aws iam update-assume-role-policy --role-name PatientsApi --policy-document file://trust.json
# ```
#
# **One to think about:** a company wants to be safe at one stroke, and makes this a resource control policy of its
# organization. What becomes of Harbour's trail, of a trail of Mallory's, and of Hugo, who reads the log as himself?
#
# ```json
# {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
#  "Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-abcd123456"},
#                "Bool": {"aws:PrincipalIsAWSService": "true"}}}
# ```
#
# **What is left out here:** the services themselves. That CloudTrail looks at the bucket before it writes, and AppSync assumes
# the role when it is asked something, is told as a scenario; the calls are real, and so is what decides them. Not every service
# sends every one of these keys: its own pages say which.

# %% [markdown] tags=["solution"]
# Hugo is no service: `Bool` is not met, and the Deny does not speak of him. Harbour's trail goes on, if Harbour is in that
# organization. Mallory's is denied: her account is in another, or in none, and then the key is absent, which meets
# `StringNotEqualsIfExists` as well. So does a service that says nothing of whom it works for. AWS's own example adds
# `"Null": {"aws:SourceAccount": "false"}`, which leaves those alone.
