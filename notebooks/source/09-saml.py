# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 09 SAML
#
# *Twenty minutes. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# The shop has two hundred people and not one IAM user. Bob signs in where they all do, at `login.example.com`. That page
# gives his browser a letter, the **SAML assertion**: *this is Bob, and he may have the role Staff*. STS reads the letter
# and hands out credentials. So whoever holds such a letter is Bob. For how long, and to whom was it written?

# %% [markdown] tags=["trainer"]
# 25 minutes in a room. *Sign in* 4, *anatomy* 4, *the wiki* 6 (hands up before it plays), *forged* 5, *how long* 4, and
# the exercise 5, or for later. Ask before the first picture: *who of you signs in to AWS through a page of your own
# company? What does your browser carry from there to AWS?* Most have never seen it. It is the assertion.

# %%
from contextlib import suppress
from datetime import timedelta

from stssim import Lab
from stssim.lessons import question, task
from stssim.show.player import player

# %% [markdown]
# ## Two sides that know each other
#
# The login page has a private key. The shop uploads its **metadata** to IAM, in which are its name and its certificate:
# that makes it a SAML provider of the account.

# %%
lab = Lab(seed=9)
shop = lab.account("shop")
login = lab.saml_provider("https://login.example.com/saml")
shop.bucket("plans", {"till/plan.txt": "closed on Sunday", "web/plan.txt": "a new page"})
provider = login.register(shop, "Login")

# %% [markdown]
# The role *Staff* trusts that provider. What a session may read goes by a tag that comes with the assertion: the tills'
# people read the plans of the tills.

# %%
trust = """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
   "Principal": {"Federated": "arn:aws:iam::111111111111:saml-provider/Login"}}}"""
staff = shop.role("Staff", trust, """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "s3:GetObject",
   "Resource": "arn:aws:s3:::plans/${aws:PrincipalTag/team}/*"}}""")

# %%
roles = [(staff.arn, provider)]
def assume(assertion, **more):
    with suppress(Exception):
        return lab.client("sts").assume_role_with_saml(
            RoleArn=staff.arn, PrincipalArn=provider, SAMLAssertion=assertion, **more)

# %% [markdown]
# ## Bob signs in
#
# Three things happen: the page signs an assertion for Bob, STS takes it, and Bob reads his team's plan. `lab.client`
# makes a client that has no credentials and signs nothing: nobody at the shop has any yet.

# %%
with lab.recording("sign-in") as trace:
    reply = assume(login.assertion("bob", roles, tags={"team": "till"}))
    lab.session(reply).client("s3").get_object(Bucket="plans", Key="till/plan.txt")
player(trace)

# %% [markdown]
# Look at step 2, tab *Request*: there is no `authorization` header. The proof is in the body, and step 4 says how it was
# checked. Step 5 asks the trust policy, and step 6 asks it once more, for the right to tag the session.
#
# ## Anatomy of an assertion
#
# It is XML, in base64. This is what STS found in it, and what it checked:

# %%
verified = next(step for step in trace if step.label == "assertion verified")
lines = [f"{name} = {found}" for name, found in verified.found.items()]
print("\n".join(lines).replace("https://aws.amazon.com/SAML/Attributes/", ".../"))

# %% [markdown]
# | part | says | and STS |
# |---|---|---|
# | `Issuer` | who wrote it | wants the name that is in the provider's metadata |
# | `Subject`, `NameID` | whom it is about | makes it the key `saml:sub` |
# | `Recipient` | to which address it goes | makes it the key `saml:aud`, for the trust policy to judge |
# | `NotOnOrAfter`, `IssueInstant` | how long it is good, and since when | wants it within five minutes of its issue |
# | attribute `Role` | a role's ARN and the provider's, as a pair | wants the pair of this very request in it |
# | attribute `RoleSessionName` | the name of the session | puts it in the session's ARN, and so in every log |
# | attributes `PrincipalTag:...` | session tags | wants `sts:TagSession` in the trust policy |
# | `Signature` | that all of this is the issuer's | wants it over the assertion itself |

# %% [markdown]
# ## Predict
#
# The shop has a wiki, too, which Mallory runs. People sign in to it with the same page, so that each morning Bob's browser
# carries an assertion to Mallory's server. It is made out to the wiki: its **AudienceRestriction** and its **Recipient**
# both say so. The page puts the role into it all the same, as it does for everybody.
#
# Mallory shows it to STS. **Who stops her?**

# %%
with lab.recording("from the wiki") as attack:
    posted = login.assertion("bob", roles, tags={"team": "till"},
      audience="https://wiki.example.com", recipient="https://wiki.example.com/saml")
    with suppress(Exception):
        lab.session(assume(posted)).client("s3").get_object(Bucket="plans", Key="till/plan.txt")
player(attack, question=question("09-wiki"))

# %% [markdown] tags=["trainer"]
# **D**. It was Mallory who sent the request, and the picture says *bob*: STS has nothing but the assertion to go by.
# Point at step 5, tab *Policy*: the trust policy allows without a condition. Ask: *what was there in the assertion that
# says it was not meant for AWS, and who could have looked?* The wiki is the confused deputy's cousin: a proof that was
# given for one purpose is used for another. And she is Bob in CloudTrail, too (tab *Log*).

# %% [markdown]
# It is Mallory who sends it, and the picture says *bob*: STS has only the assertion to go by. In step 5, whom does the
# trust policy let in, and what does it ask for? Compare the assertion with Bob's of before: which condition key has another
# value?
#
# ## Break it
#
# Mallory would rather not wait for Bob. She can sign in as herself, and has an assertion of her own. Of that she makes
# three: one with Bob's name written over hers; one without a signature; one with a second assertion, for Bob, put where
# hers was, and hers moved aside (**signature wrapping**). The fourth she signs herself, in the page's name.
#
# The fifth is Bob's own, and nobody has touched it; but the page was set up to sign the response around the assertion,
# and not the assertion.

# %%
from stssim.lab.identity.forged_tokens import signature_removed, subject_changed, wrapped

mine = login.assertion("mallory", roles)
impostor = lab.saml_provider("https://mallory.example.net/saml").posing_as(login.entity_id)
forged = [subject_changed(mine, "bob"), signature_removed(mine, "bob"), wrapped(mine, "bob", 1),
  impostor.assertion("bob", roles), login.assertion("bob", roles, signed="response")]

# %%
with lab.recording("forged") as tried:
    for assertion in forged:
        assume(assertion)
player(tried, question=question("09-forged"))

# %% [markdown] tags=["trainer"]
# **D**. Two codes would be the same for all; read the *sentences* beside the picture: a digest that does not match, no
# signature over the assertion, two assertions where one is due, a signature that another key made. Ask: *why is it not
# enough to find one good signature in the document?* Because a program that checks one element and then reads another
# has checked nothing. The fifth costs people an afternoon: many login pages sign the response only, unless told.

# %% [markdown]
# What AWS answers to a document with two assertions is not known: that refusal is stssim's own hardening. So are those of
# comments inside an assertion, of document types and entities, and of signatures by SHA-1. The other four are as AWS has
# them: there must be a signature, over the assertion itself, with a certificate of the provider's metadata.
#
# ## How long?
#
# Bob's assertion says that it is good for an hour. It is shown to STS now, four minutes later, and two minutes after
# that. How often does STS say yes?

# %%
with lab.recording("again") as again:
    kept = login.assertion("bob", roles, lifetime=timedelta(hours=1))
    for minutes in (0, 4, 2):
        lab.clock.advance(minutes=minutes)
        assume(kept)
player(again, question=question("09-again"))

# %% [markdown] tags=["trainer"]
# **B**. The second yes is the one to talk about: an assertion that was used is not used up. Ask: *where do assertions
# lie about?* In a browser's developer tools, in a proxy's log, in a bug report. Five minutes are all the protection there is.

# %% [markdown]
# The credentials live on, when the assertion is long forgotten: an hour, unless somebody says otherwise. The request may
# (`DurationSeconds`, up to the role's maximum), and so may the page, but only to make it less. What
# the assertion says, and how long the credentials last; the sign-in ends in ten minutes, where it says so:

# %%
def minutes(**told):
    issued = assume(login.assertion("bob", roles, **told))["Credentials"]["Expiration"]
    return f"{(issued - lab.clock.now()).seconds // 60} minutes"
{"nothing": minutes(), "SessionDuration 900": minutes(session_duration=900),
 "SessionDuration 43200": minutes(session_duration=43200),
 "SessionNotOnOrAfter": minutes(session_not_on_or_after=lab.clock.now() + timedelta(minutes=10))}

# %% [markdown]
# `SessionNotOnOrAfter` is when the sign-in itself ends, and no credentials outlive it, even if that makes them shorter
# than the fifteen minutes that are the least one can ask for.
#
# ## Mend it
#
# Bob must get in with what was signed for AWS, and Mallory must not with what was signed for her wiki.

# %%
exercise = task("09-for-aws")
exercise

# %%
with lab.recording("mine") as mine:
    pass  # your calls
exercise.check(mine)

# %% [markdown]
# ## Elsewhere
#
# The same in plain boto3 and with the AWS CLI. Neither needs credentials for it:
#
# ```python
# import boto3
#
# boto3.client("sts").assume_role_with_saml(
#     RoleArn="arn:aws:iam::111111111111:role/Staff",
#     PrincipalArn="arn:aws:iam::111111111111:saml-provider/Login",
#     SAMLAssertion=assertion)  # what the page gave the browser to post, base64
# ```
#
# ```console
# aws sts assume-role-with-saml --role-arn arn:aws:iam::111111111111:role/Staff \
#     --principal-arn arn:aws:iam::111111111111:saml-provider/Login --saml-assertion file://assertion.txt
# ```
#
# **One to think about:** the shop buys a bakery, which has a login page of its own, and lets it in, too. A role is to be
# Bob's alone. Is this trust policy enough?
#
# ```json
# {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRoleWithSAML",
#   "Principal": {"Federated": ["arn:aws:iam::111111111111:saml-provider/Login",
#                               "arn:aws:iam::111111111111:saml-provider/Bakery"]},
#   "Condition": {"StringEquals": {"saml:sub": "bob", "SAML:aud": "https://signin.aws.amazon.com/saml"}}}}
# ```
#
# **What is left out here:** the sign-in page of AWS's console, which takes the same assertions. Encrypted assertions.
# Which of its checks AWS makes first is not known. The login page is simulated; the assertions, their signatures and
# what is forged of them are real.

# %% [markdown] tags=["solution"]
# No. A subject is unique at one login page only: the bakery's Bob, or whoever the bakery calls `bob`, is let in as well.
# Name one provider, or write a statement for each; or ask for `saml:namequalifier`, which is a hash of issuer, account
# and provider, as well as for the subject.
