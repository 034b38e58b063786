"""The notebooks' questions about calls outside scenarios, kept here so that no notebook shows their answers."""

from __future__ import annotations

from difflib import get_close_matches

from stssim.scenarios import Question


def question(name: str) -> Question:
    """The question of this name, for the player. Raises `LookupError` for a name that is none's."""
    if name not in QUESTIONS:
        near = get_close_matches(str(name), QUESTIONS, 1)
        raise LookupError(f"There is no question {name!r}. " + (f"Did you mean {near[0]}?" if near else _all()))
    return QUESTIONS[name]


def _all() -> str:
    return f"There are: {', '.join(sorted(QUESTIONS))}."


QUESTIONS = {
    "01-checked": Question(
        "Alice asks STS for credentials, and then S3 for the report. How often is a signature checked, and by whom?",
        (
            "Once, by STS: a session token needs no signature",
            "Once, by S3: STS looks at policies alone",
            "Twice: by STS, and again by S3",
            "Once, by STS, whom S3 asks about it",
        ),
        "C",
        "Each request is signed and checked for itself: the first with Alice's own secret, the second with the one "
        "that STS had just made. No service takes another's word for it, and S3 asks STS nothing.",
    ),
    "01-spoiled": Question(
        "The report is asked for four times, with one thing wrong each time: the secret, the session token, the "
        "request itself (changed after it was signed), the hour. How often does S3 get so far that it reads a policy?",
        (
            "Four times: policies come first",
            "Twice: with the right secret and an unchanged request",
            "Once: the late one, whose credentials were good",
            "Never",
        ),
        "D",
        "Who is calling comes before what they may. All four fail at the first: nothing proves the caller, so there is "
        "nobody whose policies could be read.",
    ),
    "02-denied": Question(
        "Bob has one policy, and it denies him everything. S3 lists no buckets for him. What does STS answer when he "
        "asks it who he is?",
        (
            "AccessDenied, with an explicit deny",
            "InvalidClientTokenId: a key that may do nothing is none",
            "His account's number, and no more",
            "His ARN, his account and his unique id",
        ),
        "D",
        "No policy is asked: GetCallerIdentity needs no permission, so there is nothing that a Deny could take away. "
        "AWS says why: an AccessDenied would have told him the same ARN.",
    ),
    "02-federated": Question(
        "Alice may do everything, and the policy that she passes for Carol allows everything. With her credentials: "
        "STS, who am I? S3, which buckets are there? IAM, which users? STS, a session token, please. How many of these "
        "are answered?",
        ("All four: both policies allow them", "Three: all but the last", "Two", "One: who she is"),
        "C",
        "What she may is what both policies allow, and no policy can allow a federated user IAM, or more of STS than "
        "to ask who she is. These two refusals come before any policy.",
    ),
    "03-alone": Question(
        "Alice has no policy at all. Two roles are in her own account and two in another; of each two, one names her "
        "and the other her account. Which can she assume?",
        (
            "None: nothing allows her to ask",
            "The one at home that names her",
            "Both that name her, at home and abroad",
            "All four: each trusts her, by name or with her account",
        ),
        "B",
        "At home a trust policy that names her is enough. Naming her account only leaves it to that account, whose own "
        "policies must say yes; and across accounts both sides must, whoever is named.",
    ),
    "08-forged": Question(
        "Six tokens, and each says repo:shop/web. Three are forged: no signature at all, an HMAC with the issuer's "
        "public key, a key of Mallory's own. Three are the issuer's: signed with a key that it has replaced since, "
        "expired four minutes ago, made out to two audiences at once. Which does STS take?",
        (
            "None of the six",
            "The HMAC: its key is the issuer's own",
            "The one with the key of before: it was good when it was signed",
            "The expired one",
            "The one for two audiences: AWS is among them",
        ),
        "D",
        "Clocks differ, and AWS allows five minutes. A key counts if the issuer publishes it now, for an algorithm "
        "with a key pair, and a token for several audiences has to say in azp which of them counts.",
    ),
    "09-wiki": Question(
        "Bob signs in to the wiki. His assertion names the wiki as its audience and as its recipient, and has his AWS "
        "role in it. Mallory, who runs the wiki, shows it to STS. Who stops her?",
        (
            "STS: the AudienceRestriction names the wiki, not AWS",
            "STS: she cannot sign the request in Bob's name",
            "The signature: it was made for the wiki",
            "Nobody",
        ),
        "D",
        "The request needs no signature, and the assertion's own is good. STS does not judge the AudienceRestriction. "
        "The recipient becomes the key saml:aud, and this trust policy does not ask for it.",
    ),
    "09-forged": Question(
        "One assertion has another name in it, one has no signature, one is two; one is signed with a key of Mallory's "
        "own. The last is Bob's, and the page has signed the response around it, not the assertion. Which does STS "
        "take?",
        (
            "The double one: the signature in it is good",
            "The last: nothing in it was changed",
            "The double one and the last",
            "None of the five",
        ),
        "D",
        "What counts is a signature over the very assertion that is used, made with a certificate of the provider's "
        "metadata. A good signature over something else proves nothing of it.",
    ),
    "09-again": Question(
        "Bob's assertion says that it is good for an hour. The same one is shown to STS three times: at once, four "
        "minutes later, and two minutes after that. How often does STS hand out credentials?",
        (
            "Once: an assertion is good for one use",
            "Twice",
            "Three times: it is good for an hour",
        ),
        "B",
        "STS keeps no list of assertions that it has seen. It wants each to be redeemed within five minutes of its "
        "issue, whatever else the assertion says, and within these it takes it again.",
    ),
    "10-hong-kong": Question(
        "With credentials of the global endpoint, the program asks EC2 in Ireland, EC2 in Hong Kong and S3 in Hong "
        "Kong. The role may do all three. Who answers?",
        (
            "All three: a role's session is good everywhere",
            "Ireland alone",
            "Both in EC2; S3 wants a token of its own Region",
            "Nobody: each Region wants a token of its own endpoint",
        ),
        "B",
        "The global endpoint's tokens are of version 1, and those are not valid in a Region that has to be opted into, "
        "whichever service is asked there.",
    ),
    "04-narrower": Question(
        "Ops may do everything in S3, IAM and STS. The session policy allows everything in S3 and EC2. The session "
        "asks S3 for buckets, IAM for users and EC2 for instances. Which of them answer?",
        (
            "All three: each is allowed by one of the two",
            "S3 and EC2: the session policy stands in the role's place",
            "S3 alone",
            "S3 and IAM: a session policy takes nothing away",
        ),
        "C",
        "A session may do what the role's policies and the session policy both allow. The session policy gives nothing "
        "that the role does not have, EC2 here, and takes away what it does not name, IAM.",
    ),
    "04-marked": Question(
        "First session: tags team=web, which is transitive, and cost=7; source identity alice. What does the session "
        "of Deploy carry, and can the next one have source identity mallory?",
        (
            "Nothing: they end with their session; and it can",
            "team and alice; and it cannot",
            "team, cost and alice; and it cannot",
            "team and alice; and it can",
        ),
        "B",
        "Along the chain go the transitive tags and the source identity, and neither can be set anew. Whoever is at "
        "the end of the chain still works in Alice's name.",
    ),
    "04-incident": Question(
        "The trust policy denies everybody now. What does the thief get, five minutes later?",
        (
            "AccessDenied: nobody is trusted any more",
            "The buckets",
            "ExpiredToken: a new trust policy ends the sessions",
            "InvalidClientTokenId: the session belongs to nobody",
        ),
        "B",
        "A trust policy is read when a role is assumed, and never again. Whoever is in stays in until the session "
        "expires, unless what the role may is changed.",
    ),
}
