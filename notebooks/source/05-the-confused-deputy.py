# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 05 The confused deputy
#
# *Twenty minutes. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# A customer lets a vendor into its AWS account, so that the vendor can audit a report there. The vendor's program,
# *Beacon*, does that for many customers. Each of them types the ARN of a role into Beacon's onboarding form, and Beacon
# assumes that role. It never does anything but what it is asked to do, and it has every right to do it. That is the
# trouble.

# %%
from stssim.lessons import Lesson

lesson = Lesson("confused-deputy")
lesson

# %% [markdown]
# ## The honest audit
#
# Carol, the customer, types her role's ARN and asks for an audit. Step through it: every arrow is a message or an AWS
# call that was really made.

# %%
lesson.honest()

# %% [markdown]
# ## Predict
#
# Mallory is a customer of Beacon's too. Role ARNs are no secret: they stand in logs, in tickets, in public repositories,
# and the name of Beacon's role is the same for every customer. So Mallory types **Carol's** role ARN into her own
# onboarding form.
#
# **Who stops her?** Choose with **A** to **D** before the attack plays.

# %%
lesson.attack(question=lesson.question)

# %% [markdown]
# Look at step 7, tab *Policy*. Whom does Carol's role trust, and who is calling? STS has checked the signature, the trust
# policy and Beacon's own policy, and all of them were in order. STS never heard of Mallory: it was Beacon that called, as
# it does for Carol. Beacon is the **deputy**, and it is **confused** about on whose behalf it acts.

# %% [markdown]
# ## Break it, mend it
#
# What would stop Mallory and let Carol's audit through? Try the ideas, or write your own trust policy and set Beacon's
# switches. The verdict comes from telling the whole story again: every honest move must still work, *and* the attack must
# fail.

# %%
fix = lesson.fix()
fix

# %% [markdown]
# ## One picture, flipped
#
# The same attack without the External ID and with it: **c** flips between the two, and marks the one step at which
# they part.

# %%
lesson.compare("external-id")

# %% [markdown]
# ## Why it is no password
#
# An External ID says on whose behalf the deputy acts. Beacon makes one up for every customer, and sends the one of the
# customer whose audit it is doing; Carol's role asks for Carol's. Mallory may well know Carol's id. Where would she type
# it? The form has no such field, and Beacon sends *hers*.
#
# Two things make that work, and both are the vendor's business: the vendor chooses the ids, and no two customers have the
# same.

# %% [markdown]
# ## The same in plain boto3
#
# Nothing about it needs Beacon. This is all that changes in the call, and in the trust policy.

# %%
from stssim import Lab

lab = Lab(seed=5)
beacon = lab.account("vendor").user("beacon", """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}""")

# %%
trust = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111111111111"},
   "Condition": {"StringEquals": {"sts:ExternalId": "customer-5a5e"}}}}"""
role = lab.account("customer").role("BeaconAudit", trust)

# %%
for more in ({}, {"ExternalId": "mallory-89a8"}, {"ExternalId": "customer-5a5e"}):
    try:
        print(more, beacon.client("sts").assume_role(
            RoleArn=role.arn, RoleSessionName="audit", **more)["AssumedRoleUser"]["Arn"])
    except Exception as error:
        print(more, error)

# %% [markdown]
# With the AWS CLI it is `aws sts assume-role --role-arn ... --role-session-name audit --external-id customer-5a5e`, and in
# a profile `external_id = customer-5a5e` beside `role_arn`.
#
# **What is left out here:** a change of a policy counts at once, where AWS takes a moment; and the victim's CloudTrail
# would show the vendor's usual principal and nothing odd. That silence is the lesson.
