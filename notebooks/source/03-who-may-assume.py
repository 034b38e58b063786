# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 Who may assume
#
# *Thirty minutes. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# A role has a **trust policy**: whom it lets in. A caller has an **identity policy**: what they may ask for.
# Sometimes one yes is enough, and sometimes it takes two. Whoever mixes that up writes a role that is open to people
# nobody thought of, or one that nobody can use.
#
# Whose yes is needed here? Two accounts, *home* and *abroad*, and Alice, who is a user at home.

# %% [markdown] tags=["trainer"]
# 35 minutes in a room. *One yes or two* 8, *the whole order* 7, then a scenario each: *everybody* 6, *the whole account*
# 7, *the name that came back* 7. Let the room vote before each player. Draw two boxes on the board, trust and
# identity, and tick them at every decision.

# %%
from contextlib import suppress

from stssim import Lab
from stssim.lessons import Lesson, question
from stssim.policy import Explanation, evaluate
from stssim.show.player import player

# %% [markdown]
# ## One yes or two
#
# Four roles, two in each account. One of each two trusts **Alice by name**, the other **her whole account**.

# %%
lab = Lab(seed=3)
home, abroad = lab.account("home"), lab.account("abroad")
alice = home.user("alice")
may_ask = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}"""

# %%
def trusting(principal):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": principal}}
    return {"Version": "2012-10-17", "Statement": statement}

whom = {"by-name": alice.arn, "by-account": home.number}
roles = [one.role(f"{one.name}-{how}", trusting(who)) for one in (home, abroad) for how, who in whom.items()]

# %%
def try_all():
    for role in roles:
        with suppress(Exception):
            alice.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="alice")

# %% [markdown]
# Alice has no policy at all. She tries all four. Then she is given one that allows `sts:AssumeRole` on every role,
# and tries again: *without* and *with* flip between the two, and so does **c**.

# %%
with lab.recording("without a policy") as without:
    try_all()
home.client("iam").put_user_policy(UserName="alice", PolicyName="may-ask", PolicyDocument=may_ask)
with lab.recording("with one") as with_one:
    try_all()
player(without, beside=with_one, titles=("without", "with"), question=question("03-alone"))

# %% [markdown] tags=["trainer"]
# **B**. Go from decision to decision with the room, tab *Policy*, and say each time which box has a tick. Across
# accounts each account must say yes for itself. Ask: *what would change if the role at home named Bob's ARN, and Bob
# called?* Nothing but the name. *And if Alice were denied `sts:AssumeRole` in her own policy?* A Deny anywhere wins.

# %% [markdown]
# ## The whole order
#
# Trust and identity are two of six. Here a session of role *Dev*, with a boundary and a session policy, in a member
# account of an organization, asks for role *Ops* of another account. At first everything speaks against it. Then one
# policy after another is mended, and each time it says who is the next to stop it. In which order?

# %%
def policy(effect, action):
    return {"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": action, "Resource": "*"}}

yes, silent = policy("Allow", "sts:*"), policy("Allow", "s3:*")
asked = {"principal": "arn:aws:sts::111111111111:assumed-role/Dev/alice", "action": "sts:AssumeRole",
         "resource": "arn:aws:iam::222222222222:role/Ops"}

# %%
steps = [("identity_policies", [silent, policy("Deny", "*")]), ("identity_policies", [silent]),
         ("service_control_policies", [[yes]]), ("resource_policy", trusting(home.number)),
         ("identity_policies", [yes]), ("permissions_boundaries", [yes]), ("session_policies", [yes])]
layers = {"service_control_policies": [[silent]], "resource_policy": trusting("333333333333"),
          "permissions_boundaries": [silent], "session_policies": [silent]}

# %%
from textwrap import fill

for layer, now in steps:
    layers[layer] = now
    print(fill(Explanation(evaluate(**asked, **layers)).sentence, 105, subsequent_indent="        "))

# %% [markdown]
# Any Deny that matches wins, whoever wrote it. After that, the caller's organization must allow, then the role's trust
# policy, then the caller's identity policy; a boundary and a session policy allow nothing by themselves, but must allow
# it too. (The sixth, a resource control policy of the role's organization, can only deny.)

# %% [markdown]
# ## Everybody
#
# Three trust policies now, each written by somebody who meant well. The first is a bakery's. It keeps its recipes in
# a bucket, and a role with a name that nobody guesses reads them. Paula uses it. The trust policy's principal is a
# star.
#
# Mallory has an account of her own somewhere, and has come across the role's ARN. Click your answer, then
# step.

# %%
everyone = Lesson("everyone-trusted")
everyone.attack(question=everyone.question)

# %% [markdown] tags=["trainer"]
# **C**. Point at tab *Policy* of the decision: the star matches, and Mallory's own policy is hers to write. Ask: *who
# has seen a bucket policy with a star?* People know it from there, together with a condition. Let the room name its
# fixes before you open the workbench.

# %% [markdown]
# Look at tab *Policy* of the decision: which line is marked in each of the two policies? Then mend it. Paula must still
# read her recipes, and nobody else may.

# %%
everyone.fix()

# %% [markdown]
# ## The whole account
#
# A ferry company pays its wages from a bucket. Role *Wages* trusts the company's own account, written as the ARN that
# ends in `:root`. Hana does the wages. Ines is an intern, and her access key has turned up where Mallory found it.

# %%
whole = Lesson("account-root-trusted")
whole.attack(question=whole.question)

# %% [markdown] tags=["trainer"]
# **C**. Nothing here is a fault of the trust policy alone: it hands the choice to the account's identity policies,
# and one of them says *every role*. Ask: *in your account, who has `sts:AssumeRole` on a star?* Whoever may do
# everything has it, too. In the workbench, compare naming Hana with narrowing Ines: the first protects one role from
# everybody, the second protects every role from one person.

# %%
whole.fix()

# %% [markdown]
# ## The name that came back
#
# At the studio, Dana alone opens the vault. She leaves, and Omar deletes her user. Mallory works at the help desk,
# and may make users for newcomers. Here is the vault's trust policy:
#
# ```json
# {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole",
#  "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/dana"}}}
# ```

# %%
name = Lesson("recreated-principal")
name.attack(question=name.question)

# %% [markdown] tags=["trainer"]
# **C**. Then the other half, in the workbench: name Dana as the principal. IAM takes the ARN, looks up who that is,
# and keeps her **unique id**, `AIDA...`. When she is gone, the trust policy shows the id in place of the ARN, and it
# is nobody's. Ask: *what happens to the role of a build job that somebody deletes and makes anew on a Friday?* The
# same, and everybody wonders why the name is right and the door stays shut: save the trust policy again.

# %% [markdown]
# What did the trust policy compare, and with what? Find a way of writing the same that a new user of the old name
# does not fit.

# %%
name.fix()

# %% [markdown]
# ## Elsewhere
#
# The same in plain boto3 and with the AWS CLI: read a role's trust policy, and replace it.
#
# ```python
# iam = boto3.client("iam")
# iam.get_role(RoleName="Ops")["Role"]["AssumeRolePolicyDocument"]
# iam.update_assume_role_policy(RoleName="Ops", PolicyDocument=json.dumps(trust))
# ```
#
# ```console
# aws iam get-role --role-name Ops --query Role.AssumeRolePolicyDocument
# aws iam update-assume-role-policy --role-name Ops --policy-document file://trust.json
# python -m stssim explain --help      # any decision, explained clause by clause, with no AWS account
# ```
#
# **One to think about:** a company has thirty accounts in one organization, and a role in one of them has this trust
# policy. Who gets in?
#
# ```json
# {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"},
#   "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcd123456"}}}}
# ```
#
# **What is left out here:** a changed policy counts at once, where AWS takes a moment. The refusals say no more than
# AWS's own; the reasons are in the trace alone.

# %% [markdown] tags=["solution"]
# From the other twenty-nine accounts, whoever their own account allows to ask. In the role's own account *everybody*:
# the star names them as a user's ARN would, and at home that is enough without any policy of theirs. Outsiders, and
# the root users, not.
