"""A policy decision as a picture: the kinds of policy in the order in which AWS looks at them, to where it was settled.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from stssim.policy import Decision
from stssim.policy.evaluate import Rule
from stssim.policy.explain import Explanation
from stssim.policy.policies import KINDS, RESOURCE_KINDS
from stssim.policy.principals import Named
from stssim.policy.results import PolicyResult
from stssim.policy.sentence import who
from stssim.show.picture import Box, framed, number, tag
from stssim.show.style import NOT_REACHED, WORDS
from stssim.show.text_metrics import cut, tidy, width, wrap
from stssim.show.tokens import LARGE, SMALL
from stssim.trace import Outcome

DENY, RESOURCE_CONTROL, SERVICE_CONTROL, RESOURCE, IDENTITY, BOUNDARY, SESSION, SCOPE_DOWN = range(8)
_KINDS = (
    tuple(KINDS),
    ("resource-control",),
    ("service-control",),
    RESOURCE_KINDS,
    ("identity",),
    ("boundary",),
    ("session",),
    ("scope-down",),
)
_NAMES = (
    "explicit deny in any policy",
    "resource control policies",
    "service control policies",
    "resource-based policy",
    "identity-based policies",
    "permissions boundary",
    "session policies",
    "scope-down policies",
)
_SETTLED: dict[Rule, int] = {
    "no-permission-needed": DENY,
    "explicit-deny": DENY,
    "resource-control": RESOURCE_CONTROL,
    "service-control": SERVICE_CONTROL,
    "root-assumes-no-role": RESOURCE,
    "root": IDENTITY,
    "resource": RESOURCE,
    "resource-and-identity": SESSION,
    "identity": IDENTITY,
    "boundary": BOUNDARY,
    "session": SESSION,
    "no-session-policy": SESSION,
    "scope-down": SCOPE_DOWN,
}
_WIDE, _HIGH, _PITCH = 300.0, 46.0, 66.0
_ASIDE = _WIDE / 2 + 16
_SAYS_LIMIT, _SAYS_LINES = 400.0, 2
_HEAD_LIMIT = _WIDE + _SAYS_LIMIT
_MARGIN = 24.0
_LEADING = 19.0


@dataclass(frozen=True, slots=True)
class EvaluationStep:
    """One kind of policy in its turn: what it is called, which policies there are, what they say of the request.

    `outcome` is `allowed` or `denied` at the step that settled it, None at those that were not come to.
    """

    name: str
    policies: tuple[str, ...]
    says: str
    outcome: Outcome | None = "done"


def steps(decision: Decision) -> tuple[EvaluationStep, ...]:
    """The seven steps of AWS's evaluation in order, as far as this decision went.

    There is an eighth for credentials from GetScopedCredentials: its policies limit whatever the seven allow.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getscopedcredentials.html
    """
    settled = _settled_at(decision)
    count = len(_NAMES) if decision.policies.scope_down else SCOPE_DOWN
    return tuple(_step(decision, at, settled) for at in range(count))


def evaluation(decision: Decision, title: str) -> str:
    """The picture of a decision, as SVG: every step that was taken, the one that settled it, and the rest in grey."""
    taken = steps(decision)
    settled = next(at for at, step in enumerate(taken) if step.outcome in {"allowed", "denied"})
    groups = [_head(decision)]
    for at, step in enumerate(taken):
        groups += _drawn(step, at, reached=at <= settled)
    sentence = wrap(tidy(Explanation(decision).sentence), LARGE, _HEAD_LIMIT, lines=4)
    foot = _y(len(taken) - 1) + _HIGH / 2 + 34
    for line in sentence:
        groups.append(tag("text", line, x=number(-_WIDE / 2), y=number(foot)))
        foot += _LEADING
    box = Box(-_WIDE / 2 - _MARGIN, -_HIGH / 2 - _MARGIN, _WIDE / 2 + 16 + _SAYS_LIMIT + _MARGIN, foot + 2)
    return framed(title, " ".join(_sentences(decision, taken)), "evaluation", box, groups)


def _settled_at(decision: Decision) -> int:
    """The step at which the decision was settled. What is granted by a role's own name is still limited after it."""
    if decision.policies.scope_down and decision.allowed and decision.rule != "no-permission-needed":
        return SCOPE_DOWN
    if decision.allowed and decision.rule == "identity":
        return SESSION
    if decision.allowed and decision.rule == "resource" and decision.request.caller.has_identity:
        direct = _named(decision) is Named.DIRECTLY and not decision.request.cross_account
        return RESOURCE if direct else SESSION
    return _SETTLED[decision.rule]


def _named(decision: Decision) -> Named:
    """How closely the resource's policy names the caller in what it allows."""
    found = [each for each in Explanation(decision).policies if each.policy.kind in RESOURCE_KINDS]
    matched = (each for result in found for each in result.statements if each.matched and each.statement.allows)
    return max((each.named or Named.NOT for each in matched), default=Named.NOT)


def _step(decision: Decision, at: int, settled: int) -> EvaluationStep:
    results = [each for each in Explanation(decision).policies if each.policy.kind in _KINDS[at]]
    name = KINDS[results[0].policy.kind] if at == RESOURCE and results else _NAMES[at]
    held = () if at == DENY else tuple(dict.fromkeys(map(_called, results)))
    if at > settled:
        return EvaluationStep(name, held, NOT_REACHED, None)
    says = _SAYS[at](decision, results)
    outcome: Outcome = "done" if at < settled else "allowed" if decision.allowed else "denied"
    return EvaluationStep(name, held, says, outcome)


def _called(result: PolicyResult) -> str:
    """A policy's name, without the kind that the step is called by, and without where a control policy is attached."""
    name = result.policy.name.removeprefix(f"the {KINDS[result.policy.kind]} ")
    return name if result.level is None else name.partition(" of ")[0]


def _deny_says(decision: Decision, results: Sequence[PolicyResult]) -> str:
    if decision.rule == "no-permission-needed":
        return f"{decision.request.action} needs no permission"
    denying = [each.policy.name for each in results if not each.ignored and each.effect == "ExplicitDeny"]
    return f"{denying[0]} denies it" if denying else "no statement denies it"


def _control_says(_: Decision, results: Sequence[PolicyResult]) -> str:
    if not results:
        return "none attached"
    if results[0].ignored:
        return results[0].ignored
    levels = sorted({each.level for each in results if each.level is not None})
    silent = [level for level in levels if not any(each.level == level and each.effect == "Allow" for each in results)]
    if silent:
        return f"nothing at level {silent[0]} of the organization allows it"
    return "every level of the organization allows it" if len(levels) > 1 else "they allow it"


def _resource_says(decision: Decision, results: Sequence[PolicyResult]) -> str:
    request = decision.request
    if decision.rule == "root-assumes-no-role":
        return "a root user cannot assume a role"
    if not results:
        return "the resource has none"
    named = _named(decision)
    if named is Named.NOT:
        alone = decision.rule == "resource" or request.cross_account
        return "does not allow it" if alone else "does not allow it; the caller's own policies may"
    if not request.caller.has_identity:
        return f"allows it to {who(request)}"
    if named is Named.DIRECTLY and not request.cross_account:
        return "allows it to the caller by name: that is enough"
    if named is Named.ISSUER and not request.cross_account:
        return "allows it to the role behind the session: no identity-based policy is needed"
    return "allows it; the caller's own policies must, too"


def _identity_says(decision: Decision, results: Sequence[PolicyResult]) -> str:
    if decision.rule == "root":
        return "a root user may do everything in its own account"
    if results and results[0].ignored:
        return results[0].ignored
    if any(each.effect == "Allow" for each in results):
        return "allow it"
    if not results:
        return "the caller has none"
    return "do not allow it"


def _boundary_says(_: Decision, results: Sequence[PolicyResult]) -> str:
    if not results:
        return "none is set"
    return "allows it" if all(each.effect == "Allow" for each in results) else "does not allow it"


def _session_says(decision: Decision, results: Sequence[PolicyResult]) -> str:
    if decision.rule == "no-session-policy":
        return "none was passed, and a federated user may do no more than one says"
    if not results:
        return "none was passed" if decision.policies.session is None else "one that allows nothing was passed"
    return "allow it" if any(each.effect == "Allow" for each in results) else "do not allow it"


def _scope_down_says(_: Decision, results: Sequence[PolicyResult]) -> str:
    silent = [each for each in results if each.effect != "Allow"]
    if silent:
        return f"{silent[0].policy.name} does not allow it"
    return "allows it" if len(results) == 1 else f"all {len(results)} allow it"


_SAYS = (
    _deny_says,
    _control_says,
    _control_says,
    _resource_says,
    _identity_says,
    _boundary_says,
    _session_says,
    _scope_down_says,
)


def _sentences(decision: Decision, taken: Sequence[EvaluationStep]) -> Iterator[str]:
    request = decision.request
    yield tidy(f"{request.action} on {request.resource} by {who(request)}.")
    for at, step in enumerate(taken, 1):
        word = f" ({WORDS[step.outcome]})" if step.outcome and WORDS[step.outcome] else ""
        yield tidy(f"{at}. {step.name}: {step.says}{word}.")
    yield tidy(Explanation(decision).sentence)


def _y(at: int) -> float:
    """The middle of a step's box; the head is at 0."""
    return _PITCH * (at + 1) + 8


def _head(decision: Decision) -> ET.Element:
    request = decision.request
    group = tag("g", class_="actor")
    group.append(tag("path", d=_rounded(-_WIDE / 2, -_HIGH / 2, _WIDE, _HIGH)))
    action, by = cut(tidy(request.action), LARGE, _WIDE - 20), cut(tidy(f"by {who(request)}"), LARGE, _SAYS_LIMIT)
    group.append(tag("text", action, text_anchor="middle", x="0", y="5.5"))
    group.append(tag("text", by, x=number(_ASIDE), y="-3"))
    on = cut(tidy(f"on {request.resource}"), SMALL, _SAYS_LIMIT)
    group.append(tag("text", on, class_="small", x=number(_ASIDE), y="16"))
    return group


def _drawn(step: EvaluationStep, at: int, *, reached: bool) -> Iterator[ET.Element]:
    y = _y(at)
    state = f"{'step' if reached else 'ghost'} settled"
    above = (0.0 if at == 0 else _y(at - 1)) + _HIGH / 2
    way = tag("g", class_=f"message {state}")
    way.append(tag("path", d=f"M0,{number(above)}V{number(y - _HIGH / 2 - 9)}", fill="none"))
    tip = y - _HIGH / 2 - 1
    way.append(tag("polygon", points=f"0,{number(tip)} -4,{number(tip - 9)} 4,{number(tip - 9)}"))
    yield way

    group = tag("g", class_=f"alone {state}")
    if step.outcome in {"allowed", "denied"}:
        group.set("data-outcome", step.outcome)
    group.append(tag("path", d=_rounded(-_WIDE / 2, y - _HIGH / 2, _WIDE, _HIGH), fill="none"))
    name = tag("text", text_anchor="middle", x="0", y=number(y - 2 if step.policies else y + 5.5))
    figure = tag("tspan", str(at + 1), class_="number")
    figure.tail = f" {step.name}"
    name.append(figure)
    group.append(name)
    if step.policies:
        listed = cut(tidy(", ".join(step.policies)), SMALL, _WIDE - 20)
        group.append(tag("text", listed, class_="small", text_anchor="middle", x="0", y=number(y + 15)))
    word = WORDS[step.outcome] if step.outcome else NOT_REACHED
    from_ = _ASIDE
    if word:
        group.append(tag("text", word, class_="word", x=number(from_), y=number(y + 5)))
        from_ += width(word, SMALL) * 1.12 + 8
    if reached:
        lines = wrap(tidy(step.says), LARGE, _ASIDE + _SAYS_LIMIT - from_, _SAYS_LINES)
        first = y + 5 - (len(lines) - 1) * _LEADING / 2
        for line_at, line in enumerate(lines):
            group.append(tag("text", line, x=number(from_), y=number(first + line_at * _LEADING)))
    yield group


def _rounded(x: float, y: float, wide: float, high: float, radius: float = 12.0) -> str:
    """The path of a box with round corners."""
    turn = f"a{number(radius)},{number(radius)} 0 0 1"
    across, down = number(wide - 2 * radius), number(high - 2 * radius)
    r = number(radius)
    return (
        f"M{number(x + radius)},{number(y)}h{across}{turn} {r},{r}v{down}{turn} -{r},{r}"
        f"h-{across}{turn} -{r},-{r}v-{down}{turn} {r},-{r}z"
    )
