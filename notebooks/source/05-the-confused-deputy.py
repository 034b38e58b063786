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
# *Half an hour alone. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# A customer lets a vendor into its AWS account, so that the vendor can audit a report there. The vendor's program,
# *Beacon*, does that for many customers. Each of them types the ARN of a role into Beacon's onboarding form, and Beacon
# assumes that role. It never does anything but what it is asked to do, and it has every right to do it. That is the
# trouble.

# %% [markdown] tags=["trainer"]
# **20 minutes in a room.** Run all, hide the side bar (**Ctrl+B**), and show each player with its button **Projector**,
# which fills the screen; **Esc** brings the notebook back.
#
# | min | |
# |---|---|
# | 0-3 | the form, the tenant table, the honest audit |
# | 3-6 | who stops Mallory? The vote |
# | 6-9 | the loot, and the silence in the victim's log |
# | 9-13 | the room's own fixes, one click each |
# | 13-17 | the External ID, and why it is no password |
# | 17-20 | the vendor that never tests |
#
# To teach it a second time, **Kernel ▸ Restart Kernel and Run All Cells**: everything is as it was.

# %%
from stssim.lessons import Lesson, progress, task

lesson = Lesson("confused-deputy")
lesson

# %% [markdown]
# ## The honest audit
#
# Carol, the customer, types her role's ARN and asks for an audit. Step through it: every arrow is a message or an AWS
# call that was really made.

# %% [markdown] tags=["trainer"]
# **0-3.** Step 1 is the form, step 2 the tenant table: read it aloud, *customer, role BeaconAudit, no External ID*. Then
# go quickly to the end: the report is in Carol's dashboard. Ask: *where in all of this does STS hear Carol's name?*
# Nowhere. Leave that hanging.

# %%
lesson.tasks()

# %% [markdown]
# ## Predict
#
# Mallory is a customer of Beacon's too. Role ARNs are no secret: they stand in logs, in tickets, in public repositories,
# and the name of Beacon's role is the same for every customer. So Mallory types **Carol's** role ARN into her own
# onboarding form.
#
# **Who stops her?** Click your answer, then step through the attack.

# %% [markdown] tags=["trainer"]
# **3-6.** Read the four choices, count hands for each, and click what the majority says. Most rooms say **B**. Only now
# does it play.
#
# **6-9.** Go to step 7, tab *Policy*: the trust policy names the vendor's account, and the vendor is calling. Go to the
# last step, tab *Request*: Carol's report, in the dashboard of tenant *mallory-inc*. Then the silence: step 9, tab
# *Log*, *In the log of customer*. That is what Carol's CloudTrail would hold: the vendor's usual user. Ask: *which line
# would you raise an alarm on?* There is none.

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
# switches. The verdict comes from telling the whole scenario again: every legitimate task must still work, *and* the attack must
# fail.

# %% [markdown] tags=["trainer"]
# **9-13.** Ask for fixes before you scroll down, then click what the room says; each fails in a sentence of its own.
#
# - *Name the vendor exactly.* It is that very user who calls. *And its address?* The same.
# - *Shorten the session.* The report is read in the first second.
# - *Rename the role.* Mallory types the new ARN.
# - *Trust nobody outside.* Now Carol has no audit either: too tight is no fix.
#
# **13.** *Let the vendor send an External ID*: still open, for nobody asks for it. *Ask for one in the trust policy*: now
# Carol is locked out, for nobody sends it. Let the room find that it takes both, and click the last.

# %%
fix = lesson.fix()
fix

# %% [markdown] tags=["solution"]
# The vendor makes up an External ID for every customer and sends it with each call; the customer's role asks for its
# own. One of the two alone is no fix.

# %% tags=["solution"]
lesson.run("external-id").fixed

# %% [markdown]
# ## One picture, flipped
#
# The same attack without the External ID and with it: the buttons *without* and *with* flip between the two, and so does
# **c**. Step to where they part.

# %%
lesson.compare("external-id")

# %% [markdown]
# ## Why it is no password
#
# These are the ids that Beacon now sends. Mallory knows Carol's, too: it is on the screen. Does that help her?

# %% [markdown] tags=["trainer"]
# **14-17.** Put Carol's id on the screen and leave it there. Ask for a volunteer to be Mallory: *you know the id; where do
# you type it?* Then play the attack: step 4 has the id that Beacon sends for **her**, and step 7 refuses it. If somebody
# says *she could call STS herself*: the last cell of the plain boto3 below does that, and Mallory's account is not
# trusted. If somebody asks what if the form had a field for it: that is lesson 06.

# %%
lesson.external_ids("external-id")

# %%
lesson.attack("external-id")

# %% [markdown]
# An External ID says on whose behalf the deputy acts. Beacon makes one up for every customer, and sends the one of the
# customer whose audit it is doing; Carol's role asks for Carol's. The form has no field in which Mallory could type it,
# and Beacon sends *hers*.
#
# Two things make that work, and both are the vendor's business: the vendor chooses the ids, and no two customers have the
# same.

# %% [markdown]
# ## The vendor that never tests
#
# Beacon sends an id with every call. But this customer has left the condition out of the trust policy, and an id that
# nobody asks for is ignored. Nothing looks wrong to anybody: the honest audit works as it always did.

# %% [markdown] tags=["trainer"]
# **17-20.** Play it to the end: the attack is back. Then tab *What if*, the setting *A role is tried with a missing and a
# wrong External ID before it is accepted*, **yes**, **Run again**: Beacon calls without an id first, is let in, and
# turns the role down at onboarding. Close with: *who in this room onboards customers, and what do you try first?*

# %%
lesson.attack("setting-alone")

# %% [markdown]
# Tab **What if** changes one thing and tells it again. What should Beacon try before it accepts a role?

# %% [markdown]
# ## The same in plain boto3
#
# Nothing about it needs Beacon's form. This is all that changes in the call, and in the trust policy.

# %%
from stssim import Lab

lab = Lab(seed=5)
may = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}"""
beacon, mallory = lab.account("vendor").user("beacon", may), lab.account("mallory-inc").user("mallory", may)

# %%
trust = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111111111111"},
   "Condition": {"StringEquals": {"sts:ExternalId": "customer-5a5e"}}}}"""
role = lab.account("customer").role("BeaconAudit", trust)

# %%
for who, sent in (beacon, "customer-5a5e"), (beacon, "mallory-89a8"), (mallory, "customer-5a5e"):
    try:
        print(who.name, sent, who.client("sts").assume_role(
            RoleArn=role.arn, RoleSessionName="audit", ExternalId=sent)["AssumedRoleUser"]["Arn"])
    except Exception as error:
        print(who.name, sent, error)

# %% [markdown]
# With the AWS CLI it is `aws sts assume-role --role-arn ... --role-session-name audit --external-id customer-5a5e`, and in
# a profile `external_id = customer-5a5e` beside `role_arn`.
#
# Now be the vendor that does test. Whatever role a customer brings, three calls tell whether it may be accepted.

# %%
from contextlib import suppress

exercise = task("05-onboarding")
exercise

# %%
with lab.recording("mine") as mine:
    pass  # your calls; `with suppress(Exception):` lets one fail
exercise.check(mine)

# %% tags=["solution"]
with lab.recording("mine") as mine:
    for sent in {"ExternalId": "customer-5a5e"}, {}, {"ExternalId": "anything-else"}:
        with suppress(Exception):
            beacon.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="test", **sent)
exercise.check(mine)

# %% [markdown]
# **What is left out here:** a change of a policy counts at once, where AWS takes a moment; and CloudTrail delivers its
# events minutes later.

# %%
progress("05")
