# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 OIDC
#
# *Twenty-five minutes. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# Kira's firm, Kite, builds its website at a build service. To put it out, the build needs an AWS role, and Kite will not
# leave an access key with a stranger. It need not: the build service signs a **token** for every build that it runs, which
# says whose build it is (OpenID Connect, OIDC). STS takes the token and hands out credentials of the role *Release*.
#
# Mallory is a customer of the same build service. Her builds get tokens, too.

# %% [markdown] tags=["trainer"]
# 35 minutes in a room: *honest build and anatomy* 7, *Mallory's build* 8 with the workbench, *the star* 6, *Cognito* and *the
# intruder* 3 each, *forged* 6. With half an hour, leave out Cognito. Ask first: *whose build system gets into your AWS
# account, and what does the trust policy of its role say?* Somebody usually has it open before the end.

# %%
from contextlib import suppress

from stssim import Lab
from stssim.lab.identity import forged_tokens as attacks
from stssim.lessons import Lesson, question
from stssim.show.player import player

# %% [markdown]
# ## An honest build
#
# Kira's build asks the build service for a token, shows it to STS, and writes a page into the bucket `kite-site` with what
# it gets. Nobody signs the request to STS: the build has nothing to sign it with. The token is the proof.

# %%
lesson = Lesson("oidc-without-sub")
lesson.tasks()

# %% [markdown]
# ## Anatomy of a token
#
# A token is three parts with dots between them: a **header**, the **claims**, and a signature over both. Step 4 read it
# and checked it:

# %%
verified = next(step for step in lesson.run().tasks_trace if step.label == "token verified")
print("\n".join(f"{name} = {found}" for name, found in verified.found.items()))

# %% [markdown]
# | claim | says | and STS |
# |---|---|---|
# | `iss` | who signed it | wants an OIDC provider of that URL in the *role's* account |
# | `aud` | for whom | wants it among the provider's client ids, and makes it the key `build.example.com:aud` |
# | `azp` | who counts, where `aud` names several | takes it in place of `aud` |
# | `sub` | about whom: here project, repository, branch | makes it the key `build.example.com:sub` |
# | `iat`, `exp`, `nbf` | since when, until when | allows five minutes, for clocks that differ |
# | all others | what the issuer likes to tell | of most issuers, makes no key of them |
#
# The signature says that the issuer said so. It does not say that the issuer spoke of *you*.
#
# ## Predict
#
# Mallory's build gets a token for itself. She shows it to STS, and names Kite's role.

# %%
lesson.attack(question=lesson.question)

# %% [markdown] tags=["trainer"]
# **D**. Let them find the one claim of step 4 that differs from the honest scenario. Then step 5, tab *Policy*: what does the
# condition ask for, and is it true of Mallory's token? `aud` is chosen by whoever asks the build service for a token. Say
# it once more: *authentic is not the same as yours.* The scenario's source found it at many firms.

# %% [markdown]
# Everything in step 4 is in order, and rightly: it is a good token of Mallory's. Which clause of the trust policy could have
# told the two builds apart? Try the ideas, or write your own.

# %%
lesson.fix()

# %% [markdown]
# ## The star
#
# Wren, another firm, has many repositories, and all of them release with one role. Its trust policy tests the subject, with
# a star. At the build service, anybody may open an organization under a name that is free.

# %%
star = Lesson("oidc-loose-wildcard")
star.attack(question=star.question)

# %% [markdown] tags=["trainer"]
# **B**. Write `repo:wren*` on the board and let them shout out subjects that fit it. Somebody will say `repo:wrench/...`. Ask:
# *where does a name end, and who decides what stands behind it?* In the workbench, the tempting wrong answer is to say more
# about the end of the subject; all of that is Mallory's to choose.

# %% [markdown]
# Lay the pattern over the subject in step 5, letter by letter. Where does the star begin, and what does it swallow?

# %%
star.fix()

# %% [markdown]
# ## Two more doors
#
# **Cognito** signs in the users of other people's apps, and its issuer is one for all of its customers, known to every
# account without any provider. There it is `aud` that says whose a token is: the id of the identity pool.

# %%
pool = Lesson("cognito-without-aud")
pool.attack(question=pool.question)

# %% [markdown]
# Step 4 has the claims. `aud` and `amr` both say that this is not a user of the app. Which of them does the trust policy test?
#
# And a provider is only an entry in an account. Mallory gets hold of an access key for a minute, and means to stay for longer
# than that.

# %%
rogue = Lesson("rogue-issuer")
rogue.attack(question=rogue.question)

# %% [markdown] tags=["trainer"]
# Cognito: **C**. The intruder: **B**. Play hers fast up to step 10, where the key is deleted, and stop: *is she out?* Point at tab
# *Log* of steps 5 and 9: `CreateOpenIDConnectProvider` and `UpdateAssumeRolePolicy` are what there was to see, a week before.

# %% [markdown]
# Step 10 deletes the key. Which two calls before it are still at work a week later? Both scenarios can be mended, too:
# `pool.fix()` and `rogue.fix()`.
#
# ## IAM's own guard
#
# For issuers that many customers share, IAM has come to refuse a trust policy that does not say whose tokens it means.
# GitHub is one; `build.example.com` is not, and an older trust policy stays as it is.

# %%
lab = Lab(seed=8)
def trust(issuer, **asked):
    return {"Version": "2012-10-17", "Statement": {
      "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
      "Principal": {"Federated": f"arn:aws:iam::111111111111:oidc-provider/{issuer}"},
      "Condition": {"StringEquals": {f"{issuer}:{claim}": value for claim, value in asked.items()}}}}

# %%
shop = lab.account("shop")
try:
    shop.role("Release", trust("token.actions.githubusercontent.com", aud="sts.amazonaws.com"))
except Exception as error:
    print(error)

# %% [markdown]
# It asks for a value that does not begin with a star, and no more. `repo:*` passes.
#
# ## Break it: forged tokens
#
# How does STS know the issuer's key? Nobody uploads it. STS asks the issuer for its **discovery document**, and finds there
# where its public keys are, the **JSON Web Key Set** (JWKS). `kid` in the token's header says which of them was used.

# %%
ci = lab.oidc_provider("https://ci.example.com", "ES256")
ci.register(shop)
deploy = shop.role("Deploy", trust("ci.example.com", aud="sts.amazonaws.com", sub="repo:shop/web"))
before = ci.mint(sub="repo:shop/web")
ci.rotate()
ci.discovery()["jwks_uri"], ci.jwks()["keys"]

# %% [markdown]
# The issuer has just replaced its key. Mallory has its public half, as everybody has, and forges three tokens: one that
# says it needs no signature (`alg: none`), one with an HMAC whose secret is the public key, one signed with a key of her
# own under the issuer's `kid`. Three more are honest, each with something the matter. STS has only the token to go by, and
# so has the picture: whoever sends one is drawn as the subject that it names.

# %%
claims = ci.claims(sub="repo:shop/web")
mallory = lab.oidc_provider("https://mallory.example.net", "ES256")
tokens = [attacks.without_signature(ci, claims), attacks.hmac_with_public_key(ci, claims),
  attacks.foreign_key(ci, claims, mallory), before, ci.mint(sub="repo:shop/web", lifetime=-240),
  ci.mint(sub="repo:shop/web", aud=["sts.amazonaws.com", "shop.example.com"])]

# %%
with lab.recording("six tokens") as tried:
    for token in tokens:
        with suppress(Exception):
            lab.client("sts").assume_role_with_web_identity(
                RoleArn=deploy.arn, RoleSessionName="build", WebIdentityToken=token)
player(tried, question=question("08-forged"))

# %% [markdown] tags=["trainer"]
# **D**. Read AWS's messages in tab *Response*, and beside them the reason, which AWS does not give. *Valid JWT*, *could not be
# validated* and *couldn't retrieve verification key* are all that somebody has who debugs this at night. Ask: *why is HMAC
# with the public key an attack at all?* Because a library that takes the algorithm from the token uses the one key it has.

# %% [markdown]
# Which of the six messages would you have understood without the sentence beside the picture?
#
# ## Elsewhere
#
# The same in plain boto3 and with the AWS CLI. A build that finds its token in a file needs not even the call: these two
# lines, or the variables `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE`, are all. SDK and CLI ask STS by themselves, and
# again when the credentials end.
#
# ```ini
# [profile release]
# role_arn = arn:aws:iam::111111111111:role/Release
# web_identity_token_file = /var/run/build/token
# ```
#
# ```python
# boto3.client("sts").assume_role_with_web_identity(
#     RoleArn="arn:aws:iam::111111111111:role/Release", RoleSessionName="site", WebIdentityToken=token)
# ```
#
# ```console
# aws sts assume-role-with-web-identity --role-arn arn:aws:iam::111111111111:role/Release \
#     --role-session-name site --web-identity-token file://token
# aws s3 cp index.html s3://kite-site/ --profile release
# ```
#
# **One to think about:** a trust policy asks for a subject like `repo:shop/web:*`. The repository takes pull requests from
# everybody, and its builds test them. GitHub's subject for such a build is `repo:shop/web:pull_request`. Who can release?
#
# **What is left out here:** AWS keeps an issuer's keys for a while, so that a replaced one may count for longer; here it
# is gone at once. In which order AWS makes its checks is not known. Access tokens of Facebook and Amazon, the operation's
# other kind, are always refused.

# %% [markdown] tags=["solution"]
# Whoever can get a build of a pull request that has a token. On GitHub, a pull request from a fork has none by default, so
# it is everybody who may push a branch to the repository itself; on another build service it may be the whole world. Ask for
# the branch or the environment: `repo:shop/web:ref:refs/heads/main`, under `StringEquals`.
