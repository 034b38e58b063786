# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 A company to break and to mend
#
# *Forty minutes. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# Tidewater Books sells books by post. Its staff, a build server, an auditor and a carrier get into its AWS account every
# day. Mallory would like to. Six of Tidewater's eight doors are open to her, each for another reason, and you have met
# all six reasons in these lessons.
#
# Find them. **Prove** each one by an attack that works, and then **mend** them all, so that everybody else can go on
# working.

# %% [markdown] tags=["trainer"]
# **For whoever teaches.** Works best in pairs, 25 minutes for attacks, 15 for the fixes. Before anybody clicks, have each
# pair read the eight policies and write down which six they suspect. At the end compare: which flaw was found last? In
# most rooms it is BreakGlass, for *BoolIfExists* reads like a demand. Two of the eight, *Invoices* and
# *tidewater-archive*, are sound; ask what makes them so.

# %%
from stssim.lessons import Capstone

capstone = Capstone()
capstone

# %% [markdown]
# ## The honest day
#
# Who gets in, and how: eleven moves that must go on working, whatever you mend. Look at what each of them sends.

# %%
capstone.tasks()

# %% [markdown]
# ## Break it
#
# Choose a target, read its policy, and choose the attack that you think will get Mallory in. Every try is played with
# real calls. A flaw counts only when the attack has worked, so choose with your head: of the 38 tries that make sense,
# six work.

# %%
prove = capstone.prove()
prove

# %% [markdown] tags=["trainer"]
# What is proved by what: *Audit* through the vendor's form, *Deploy* by a build of another organization, *Shipping* with a
# role of Mallory's own, *BreakGlass* and *Payroll* with the intern's key, *tidewater-trail* by a trail in her own account.

# %% tags=["solution"]
ways = {"Audit": "vendor", "Deploy": "build", "Shipping": "namesake", "BreakGlass": "intern",
        "Payroll": "intern", "tidewater-trail": "trail"}
{suspect: capstone.attempt(suspect, way).worked for suspect, way in ways.items()}

# %% [markdown]
# ## Mend it
#
# Change the policies, and try. The verdict plays the whole day again: the eleven legitimate tasks, and every attack there is.
# A target that you have proved counts as mended when no attack gets it any more, as long as every legitimate task works.

# %%
mend = capstone.fix()
mend

# %% tags=["solution"]
mend.show_solution()
print(capstone.score)

# %% [markdown]
# ## What you have reached
#
# Run this cell again whenever you like.

# %%
print(capstone.score)

# %% [markdown]
# ## Take it home
#
# On an account of your own, the reading is one loop over IAM. It prints every trust policy, for you to read with the
# eyes that you have now, and changes nothing.
#
# ```python
# import boto3
#
# for page in boto3.client("iam").get_paginator("list_roles").paginate():
#     for role in page["Roles"]:
#         print(role["RoleName"], role["AssumeRolePolicyDocument"])
# ```
#
# With the AWS CLI it is `aws iam list-roles --query "Roles[].[RoleName, AssumeRolePolicyDocument]"`.
#
# **What is left out here:** Mallory knows all names and numbers from the start, where an attacker first has to find them;
# nobody watches the logs; and a company has more than eight doors.
