# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 06 When the External ID fails
#
# *Half an hour. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# Lesson 05 ended well: the vendor sends an External ID, the customer's role asks for it, and Mallory stays outside. Six firms
# have read about it and have done *something* with External IDs. In each of them Mallory reads somebody's report.
#
# Find what they got wrong. And find out who could mend it: the customer, whose trust policy it is, or the vendor alone?

# %% [markdown] tags=["trainer"]
# 35 minutes in a room, five to six for each scenario: vote, play, name the fault in one sentence, and only then the workbench. Draw
# two columns on the board, *the customer can mend it* and *only the vendor can*, and let the room put each scenario into one. With
# twenty minutes, take the first, the fourth and the last.

# %%
from contextlib import suppress

from stssim import Lab
from stssim.lessons import Lesson

# %% [markdown]
# ## Chosen by the customer
#
# Tally's form has a field for the External ID, and whoever signs up types one. Rosa has typed a long one that nobody guesses.
# Tally makes sure that no two customers have the same. Rosa has left since; her role is still there.

# %%
chosen = Lesson("customer-chosen-id")
chosen.attack(question=chosen.question)

# %% [markdown] tags=["trainer"]
# **C**. Step 3 is the whole attack. Ask: *was Rosa's id too short?* It might have had a thousand letters. An id that a customer
# may type is a password, and one that stands in tickets and in templates. Have them try *a longer id* in the workbench.

# %% [markdown]
# Look at step 3, and at step 6: whom does the id name in the request that Tally sends? Now mend it. Rosa's trust policy is
# yours to edit, and so are Tally's settings.

# %%
chosen.fix()

# %% [markdown]
# ## Made by the vendor, from a counter
#
# Ferry lets nobody choose. It numbers its customers as they come, and the number is the id. Nils is number 1; he leaves.

# %%
counter = Lesson("guessable-id")
counter.attack(question=counter.question)

# %% [markdown] tags=["trainer"]
# **C**. An id must never come again, and a counter that starts where there is room gives it out again. Ask: *and if the counter
# only went up?* Then this attack is gone, and every id can be foreseen by whoever has seen two; AWS asks for ids that are
# unique and not to be foreseen. Random ones are both at no cost.

# %% [markdown]
# Nobody typed an id here. Compare step 6 with the honest scenario, `counter.tasks()`: whose number went to STS, then and now?
#
# ## One for everybody
#
# Sextant sends an id with every call. It is a good one, random and long, and there is one of it.

# %%
shared = Lesson("shared-id")
shared.attack(question=shared.question)

# %% [markdown] tags=["trainer"]
# **B**. Step 7, tab *Policy*: Ada's role has done everything that one can ask of a customer. Ask: *what could Ada write into her
# trust policy to be safe?* Let them try, `shared.fix()`. There is nothing: what Sextant sends is the same for both.

# %% [markdown]
# What could these three customers have written into their trust policies? Each id was asked for, and each came.
#
# ## Sent, and not asked for
#
# Lantern does it right: it makes up an id for every customer, random, one each, and sends it. Bea made her role before that.

# %%
surplus = Lesson("id-not-required")
surplus.attack(question=surplus.question)

# %% [markdown] tags=["trainer"]
# **C**. The first one that the customer can mend, and Lantern cannot. Ask: *how would Bea ever notice?* Her audits work. Nothing
# in her account looks different from one that is safe.

# %% [markdown]
# Lantern sent the right thing. Look at step 7, tab *Policy*: where in Bea's trust policy was it looked at?

# %%
surplus.fix()

# %% [markdown]
# ## Asked for, if it is there
#
# Almanac has a new program, which sends ids, and an old one, which sends none. So that both go on working, Finn's role asks
# with `StringEqualsIfExists`.

# %%
maybe = Lesson("id-if-exists")
maybe.attack(question=maybe.question)

# %% [markdown] tags=["trainer"]
# **C**. Step 7, tab *Policy*: the key is *absent*, and the condition is met. Ask: *for whom is IfExists made, then?* For keys
# that some calls cannot have at all. An External ID that may be left out is left out by the attacker.

# %% [markdown]
# Look at step 7, tab *Policy*. The condition is marked, and it was met. What did it find in the request?

# %%
maybe.fix()

# %% [markdown]
# ## Five ways to ask
#
# Finn's id is `finn` now, and Mallory's is `mallory`. Five conditions, one after another, and three calls under each: with
# the right id, with Mallory's, with none. Say for each condition which of the three get in. Then take the `#` before the
# last line away, and run that cell again.

# %%
lab = Lab(seed=6)
vendor, customer = lab.account("vendor"), lab.account("customer")
program = vendor.user("program", """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}""")
statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": vendor.number}}
ids = {"right": {"ExternalId": "finn"}, "mallory's": {"ExternalId": "mallory"}, "none": {}}

# %%
asked = {"Null": "false", "StringLike": "*", "StringEquals": "finn", "StringEqualsIfExists": "finn",
    "StringNotEquals": "mallory"}
role = customer.role("Audit", {"Version": "2012-10-17", "Statement": statement})
def gets_in(sent):
    with suppress(Exception):
        return program.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="audit", **sent)

# %%
let_in = {}
for operator, value in asked.items():
    condition = {operator: {"sts:ExternalId": value}}
    role.trust({"Version": "2012-10-17", "Statement": statement | {"Condition": condition}})
    let_in[f"{operator} {value}"] = [name for name, sent in ids.items() if gets_in(sent)]
# let_in

# %% tags=["solution"]
let_in

# %% [markdown]
# One of the five lets in the right id and nothing else.
#
# ## Never tried
#
# Cooper makes up good ids and sends them. Gwen's role asks for hers. Dora and Emil are new: her
# role asks for no id, and his takes any.

# %%
untried = Lesson("untested-onboarding")
untried.attack(question=untried.question)

# %% [markdown] tags=["trainer"]
# **B**. Ask: *how would Cooper have found out?* By being the attacker for a moment: call `AssumeRole` without the id, and with a
# wrong one, before the role is accepted. Both must be refused. A role that lets the vendor in without the id lets it in for
# anybody who types the ARN. Dora's role fails the first test, Emil's the second: `StringLike` with a star asks that there be an id.

# %% [markdown]
# Two customers, one mistake, and there will be a third. Who sees all of their roles before anything happens?

# %%
untried.fix()

# %% [markdown]
# ## Who can mend what
#
# | fault | the customer, in the trust policy | the vendor |
# |---|---|---|
# | customers choose the id | no | makes it up itself, and takes none from a form |
# | ids can be foreseen, or come again | no | random ones, never given out twice |
# | one id for all | no | one for each customer |
# | the role does not ask for it | `StringEquals` on `sts:ExternalId` | turns the role down |
# | the role asks `IfExists` | `StringEquals`, without `IfExists` | turns the role down; sends the id always |
# | nobody tried | their own role, yes; other people's, no | tries each role with no id and with a wrong one |
#
# And no line of it keeps the id secret. It may stand in a ticket. What matters is who decides which one is sent.
#
# ## Elsewhere
#
# What a vendor does at onboarding, in plain boto3 and with the AWS CLI. The first two calls must be refused, the third must
# not:
#
# ```python
# for more in ({}, {"ExternalId": str(uuid.uuid4())}, {"ExternalId": tenant.external_id}):
#     try:
#         boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="onboarding", **more)
#     except ClientError as error:
#         print(more, error.response["Error"]["Code"])
# ```
#
# ```console
# aws sts assume-role --role-arn $ARN --role-session-name onboarding
# aws sts assume-role --role-arn $ARN --role-session-name onboarding --external-id wrong
# aws sts assume-role --role-arn $ARN --role-session-name onboarding --external-id $THEIR_ID
# ```
#
# **One to think about:** a vendor does all of this right. One of its customers is a reseller, who looks after forty firms and
# signs in for all of them as one customer, with one External ID. What may firm 12 fear from firm 13?
#
# **What is left out here:** on AWS a new trust policy takes a moment to count, so that a vendor's test should be made again
# after a while, and not only on the first day: a condition can be taken out later. The vendors are small programs of
# stssim's; their calls are real.

# %% [markdown] tags=["solution"]
# All that lesson 05 was about. To the vendor the forty are one, and it sends one id for all of them: the roles of all forty
# let it in, whichever of them the reseller's form was given by whom. The reseller is a deputy of its own, and must keep
# its firms apart itself, or sign up each of them.

# %% tags=["solution"]
untried.tasks("tested")
