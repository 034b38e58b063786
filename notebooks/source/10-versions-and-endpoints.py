# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10 Versions and endpoints
#
# *Twenty minutes. **Run ▸ Run All Cells** prepares everything; then come back to the top.*
#
# A shop counts its stock with a program that runs in Ireland. From Monday it runs in Hong Kong, too. Nadia has to make that
# work, and all that she has been left is a page of notes:
#
# > *STS version 1: launched in 2006. One endpoint. Credentials for an hour.*<br>
# > *STS version 2: launched in 2011. Regional endpoints, SAML, OpenID Connect, up to twelve hours.*<br>
# > *Use version 2.*
#
# Notes like these are copied from team to team. How does one use version 2, and what is it a version of?

# %% [markdown] tags=["trainer"]
# 25 minutes in a room. *What is a version* 4, *endpoints* 5, *Hong Kong* 8 (hands up before it plays), *the exercise* 5, *what is
# so* 3. Leave the notes on the screen at the start, and ask: *who has read something like this? Which line would you
# doubt first?* Come back to them line by line at the end.

# %%
from contextlib import suppress
from unittest.mock import patch

from stssim import Lab
from stssim.lessons import question, task
from stssim.show.player import player

# %%
lab = Lab(seed=10)
shop = lab.account("shop")
nadia = shop.user("nadia", """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "*", "Resource": "*"}}""")

# %% [markdown]
# The program takes a role, `Stock`. And Hong Kong is switched on: Regions that opened since March 2019 are off until an account
# opts into them.

# %%
shop.client("account").enable_region(RegionName="ap-east-1")
stock = shop.role("Stock", """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111111111111"}}}""",
  """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": ["ec2:DescribeInstances", "s3:ListAllMyBuckets"], "Resource": "*"}}""")

# %% [markdown]
# ## Two things that are versions, and are not meant
#
# Every request to STS carries the **version of the API**, and every signature names the **version of how it was made**. This is
# what boto3 sends:

# %%
with lab.recording("versions") as sent:
    nadia.client("sts").get_caller_identity()
request = sent[0].call.request
print(request.body.decode())
print(request.header("authorization").split()[0])

# %% [markdown]
# The API of STS has had **one version, 2011-06-15**, with everything in the notes added to it over the years. `AWS4` is
# *Signature Version 4*, the way in which requests to all of AWS are signed today; Signature Version 2 was the way before
# it. Neither is a choice between an old STS and a new one.

# %% [markdown]
# ## One global endpoint, and one in every Region
#
# What there is a choice of is the **endpoint**. boto3 asks the one of the client's Region. `aws-global` is how it is told to
# ask the **global endpoint**, which has no Region in its name.

# %%
regions = "aws-global", "us-east-1", "eu-west-1", "ap-east-1"
{region: nadia.client("sts", region=region).meta.endpoint_url for region in regions}

# %% [markdown]
# It used to be otherwise: before [version 1.40](https://github.com/boto/boto3/issues/4583) of July 2025, boto3 asked the global endpoint on behalf of the older
# Regions unless it was told not to. The variable that told it is still read, so an old script can bring the old
# behaviour back. Which of the four changes?

# %%
with patch.dict("os.environ", AWS_STS_REGIONAL_ENDPOINTS="legacy"):
    old = {region: nadia.client("sts", region=region).meta.endpoint_url for region in regions}
old

# %% [markdown]
# `us-east-1` and `eu-west-1` do. Hong Kong, as every newer Region, was asked at its own endpoint then, too.
#
# ## Hong Kong
#
# The program asks for credentials as it always has, at the global endpoint. With them it asks EC2 in Ireland, EC2 in Hong
# Kong and S3 in Hong Kong. Choose before it plays.

# %%
def assumed(endpoint):
    sts = nadia.client("sts", region=endpoint)
    return lab.session(sts.assume_role(RoleArn=stock.arn, RoleSessionName="count"))
def look(session, region, service="ec2", operation="describe_instances"):
    with suppress(Exception):
        return getattr(session.client(service, region=region), operation)()

# %%
with lab.recording("credentials of the global endpoint") as first:
    session = assumed("aws-global")
    look(session, "eu-west-1"), look(session, "ap-east-1")
    look(session, "ap-east-1", "s3", "list_buckets")
player(first, question=question("10-hong-kong"))

# %% [markdown] tags=["trainer"]
# **B**. Step to the two refusals and read their codes in tab *Response*: `AuthFailure` from EC2, `InvalidToken` from S3. Neither says
# a word about Regions or versions. Ask: *what would you have searched for, with only this message?* Then point at tab
# *Request*: the session token is the same as in Ireland. It is the Region that will not have it.

# %% [markdown]
# Look at steps 12 and 14. This is what AWS calls **version 1 and version 2**: two kinds of **session token**, since April 2019.
# The global endpoint issues version 1, which is good only in Regions that are on by default. Every regional endpoint issues
# version 2, which is good in every Region that is on.
#
# ## From a regional endpoint
#
# The same program, and one word of it changed: Ireland's endpoint is asked for the credentials. They are used in Hong Kong.

# %%
with lab.recording("credentials of Ireland's endpoint") as second:
    session = assumed("eu-west-1")
    look(session, "eu-west-1"), look(session, "ap-east-1")
    look(session, "ap-east-1", "s3", "list_buckets")
player(second)

# %% [markdown]
# Compare the session tokens of both pictures in tab *Response* of step 6: version 2 is the longer one. That is why the old
# one is still there. Somebody might keep tokens in a field that is too short.
#
# ## Where the global endpoint is
#
# A policy may allow calls in some Regions alone. In which of them is an endpoint that has no Region? Owen may do everything in
# Ireland and nothing elsewhere.

# %%
owen = shop.user("owen", """{"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "*", "Resource": "*",
   "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}}""")

# %%
with lab.recording("Ireland alone") as third:
    for endpoint in ("eu-west-1", "aws-global"):
        with suppress(Exception):
            owen.client("sts", region=endpoint).assume_role(RoleArn=stock.arn, RoleSessionName="count")
player(third)

# %% [markdown]
# Tab *Policy* of the refusal has the answer: whoever asks the global endpoint asks in `us-east-1`. AWS has served it elsewhere, too,
# since 2025: a request that comes from a Region that is on by default, through Amazon's own DNS, is answered in that
# Region. But policies go on seeing `us-east-1`, and CloudTrail goes on writing there (tab *Log*;
# [IAM user guide](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html#reference_sts_global_endpoint_changes)).

# %% [markdown]
# ## What an endpoint may lack
#
# An administrator can **deactivate** STS in a Region that is on by default. No API has that switch, only the IAM console does,
# and here the Lab. Nadia asks for credentials in Paris, where STS is deactivated; and she asks the global endpoint for one of
# the newest operations.

# %%
lab.deactivate_sts(shop, "eu-west-3")
with lab.recording("what is not there") as fourth, suppress(Exception):
    with suppress(Exception):
        assumed("eu-west-3")
    nadia.client("sts", region="aws-global").get_web_identity_token(Audience=["x"], SigningAlgorithm="ES384")
player(fourth)

# %% [markdown]
# Read both refusals in tab *Response*. The first passed every policy: STS in Paris knows Nadia, and issues nothing for her account.
# The second is an operation that the global endpoint does not have. `AssumeRoot` is another: both came after the
# regional endpoints, and are there alone.

# %% [markdown]
# ## Your turn

# %%
exercise = task("10-hong-kong")
exercise

# %%
with lab.recording("mine") as mine:
    look(assumed("aws-global"), "ap-east-1")
exercise.check(mine)

# %% [markdown] tags=["trainer"]
# The line that is missing stands *above* the recording: `shop.client("iam").set_security_token_service_preferences(...)`. Two things
# that a room gets wrong: using `session`, which was issued before and keeps its version; and asking whose setting it is.
# It is that of the account in which the role is, not that of whoever calls.

# %% [markdown]
# ## What the notes say, and what is so
#
# | the notes | what is so |
# |---|---|
# | version 1 was launched in 2006 | there was no STS in 2006. IAM became generally available in May 2011 ([AWS News Blog](https://aws.amazon.com/blogs/aws/happy-10th-birthday-aws-identity-and-access-management/)), STS came in August 2011 ([AWS Security Blog](https://aws.amazon.com/blogs/security/announcing-upcoming-changes-to-the-aws-security-token-service-global-endpoint)) |
# | version 2 was launched in 2011 | 2011-06-15 is the version of the API, and the only one: the request above names it |
# | version 1 has one endpoint, version 2 regional ones | the global endpoint was the only one until February 2015 (same post), and it still is there |
# | version 2 brought SAML and OpenID Connect | web identity came in May 2013 and SAML in November 2013 (commits 9bd0a386 and 0a51647c of [boto](https://github.com/boto/boto)), both to the same API |
# | version 1 gives an hour, version 2 twelve | a role's sessions may last up to twelve hours since March 2018, and an hour stays the default ([document history](https://docs.aws.amazon.com/IAM/latest/UserGuide/document-history.html)) |
# | use version 2 | nobody chooses a version of STS. Use **regional endpoints**, whose tokens are of version 2 ([IAM user guide](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html)) |
#
# Dates cannot be shown by a simulation, so they have their sources.

# %% [markdown]
# ## Elsewhere
#
# In plain boto3, which asks the endpoint of the Region that it is given, from a profile, from `AWS_REGION` or here:
#
# ```python
# import boto3
#
# sts = boto3.client("sts", region_name="eu-west-1")        # sts.eu-west-1.amazonaws.com
# old = boto3.client("sts", region_name="aws-global")       # sts.amazonaws.com
# boto3.client("iam").set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
# ```
#
# With the AWS CLI:
#
# ```console
# aws account enable-region --region-name ap-east-1
# aws sts get-caller-identity --region ap-east-1
# aws iam get-account-summary --query SummaryMap.GlobalEndpointTokenVersion
# aws iam set-security-token-service-preferences --global-endpoint-token-version v2Token
# ```
#
# **One to think about:** the shop opens a branch in Milan, `eu-south-1`. The program takes its credentials from Ireland's
# endpoint, so that they are of version 2. In Milan they are refused, and so is everybody's key. What has been forgotten?
#
# **What is left out here:** a Region is opted into at once, where AWS takes minutes. How long the tokens are is stssim's own choice;
# AWS says only which are longer. China and GovCloud have accounts, Regions and endpoints to themselves.

# %% [markdown] tags=["solution"]
# To opt into Milan. A token of version 2 is good in every Region that is *on*; one that is off knows nobody of the account, whatever
# they sign with. The version of tokens has nothing to do with it.

# %% tags=["solution"]
with lab.recording("Milan") as milan:
    look(assumed("eu-west-1"), "eu-south-1")
    shop.client("account").enable_region(RegionName="eu-south-1")
    look(assumed("eu-west-1"), "eu-south-1")
player(milan)
