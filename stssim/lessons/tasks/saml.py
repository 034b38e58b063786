"""The task of lesson 09, SAML: a role that takes assertions made out to AWS, and none that were meant for others."""

from __future__ import annotations

from stssim.lessons.task_checks import RecordedCall, Task, recorded_calls
from stssim.trace import Trace

_SIGN_IN = "https://signin.aws.amazon.com/saml"


def _for_aws(trace: Trace) -> str | None:
    asked = [call for call in recorded_calls(trace, "sts:AssumeRoleWithSAML") if _recipient(call)]
    ours = [call for call in asked if _recipient(call) == _SIGN_IN]
    others = [call for call in asked if _recipient(call) != _SIGN_IN]
    if not others:
        return "nobody showed STS a good assertion that was made out to somebody other than AWS."
    if any(call.allowed for call in others):
        return "STS still takes an assertion that was made out to somebody other than AWS."
    if not any(call.allowed for call in ours):
        return "nobody got in with an assertion that was made out to AWS."
    return None


def _recipient(call: RecordedCall) -> str:
    """Whom the assertion was made out to; empty if it proved nothing, so that no policy was asked."""
    return "" if call.decision is None else str(call.decision.request.context.get("saml:aud", ""))


TASKS = (
    Task(
        "09-for-aws",
        "Make the role refuse what was signed for the wiki and still take what was signed for AWS. Then show STS one "
        "assertion of each kind.",
        (
            "The two assertions differ in their recipient. Which condition key has it? The table of the "
            "assertion's anatomy tells.",
            "It is `SAML:aud`. AWS's own value is `https://signin.aws.amazon.com/saml`, and `staff.trust(...)` "
            "replaces the trust policy.",
            'Add `"Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}` to the statement. '
            "`login.assertion('bob', roles)` is made out to AWS, unless another `recipient=` is named.",
        ),
        """\
staff.trust(trust.replace('}}}', '''},
   "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}}'''))
with lab.recording("mine") as mine:
    assume(login.assertion("bob", roles))
    assume(login.assertion("bob", roles, recipient="https://wiki.example.com/saml"))
""",
        _for_aws,
    ),
)
