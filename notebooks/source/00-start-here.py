# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 00 Start here
#
# *Two minutes. Run the whole notebook with **Run ▸ Run All Cells**, or one cell after another with **Shift+Enter**.*
#
# Nearly every request to AWS is signed with credentials. The best ones are **temporary**: the Security Token Service
# (STS) hands them out for a role, and after an hour or so they are worth nothing. Here you watch that happen.
#
# You need no AWS account. The calls below are real boto3 calls, and behind them is a mock cloud with a strict
# door-keeper: it checks every signature, every policy and every expiry date, and writes down why it said yes or no.

# %%
from stssim import Lab
from stssim.show.player import player

lab = Lab(seed=7)
vendor, customer = lab.account("vendor"), lab.account("customer")
lab

# %% [markdown]
# ## Two accounts, one user, one role
#
# *Alice* works for the vendor. *Audit* is a role of the customer's. Alice's own policy says that she may assume that
# role; the role's **trust policy** says that it lets the vendor in. Across accounts, both must say yes.

# %%
alice = vendor.user("alice", policy="""{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}""")

# %%
trust = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111111111111"}}}"""
may_read = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}}"""
audit = customer.role("Audit", trust, may_read)

# %%
customer.bucket("reports", {"q3.csv": "quarter,revenue\nq3,1200\n"})

# %% [markdown]
# ## Alice assumes the role and reads a report
#
# Two calls: `AssumeRole` asks STS for temporary credentials, `GetObject` uses them.

# %%
with lab.recording("audit") as trace:
    reply = alice.client("sts").assume_role(RoleArn=audit.arn, RoleSessionName="alice")
    session = lab.session(reply)
    session.client("s3").get_object(Bucket="reports", Key="q3.csv")
player(trace)

# %% [markdown]
# Click **Next** below the picture, or click into the picture and press **→** and **←**. Each step is one thing that
# really happened; the tabs beside it show the request as it was sent, the response, and the policy with the clause that
# decided. Before you go on: will STS say yes, and on whose word?

# %% [markdown]
# ## Who is it now?
#
# The credentials make Alice somebody else for as long as they last.

# %%
print(alice.client("sts").get_caller_identity()["Arn"])
print(session.client("sts").get_caller_identity()["Arn"])

# %% [markdown]
# ## An hour later
#
# The Lab has a clock of its own, and you can move it. Temporary credentials end by themselves.

# %%
lab.clock.advance(hours=1)
with lab.recording("an hour later") as late:
    try:
        session.client("s3").get_object(Bucket="reports", Key="q3.csv")
    except Exception as error:
        print(error)

# %%
player(late)

# %% [markdown]
# That was the whole of it: **request, validate, issue, access**. Lesson 05 shows
# how a program that does all of this right can still be talked into working for an attacker.

# %% [markdown]
# Change whatever you like in these cells, and run the notebook again from its first cell: that makes an empty Lab. (A cell
# that is run twice makes its user or role twice, and that is `EntityAlreadyExists`, as in AWS.)
#
# What you have tried and solved is kept in a file of yours beside the notebooks, `my-progress.json`; tomorrow you find it
# again. This is how far you are in all lessons:

# %%
from stssim.lessons import progress

progress()
