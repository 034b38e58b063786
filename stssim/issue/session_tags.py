"""Session tags: what may be passed, and what a session inherits along a chain of roles."""

from __future__ import annotations

from stssim.call import Call, Caller, Refusal
from stssim.refused import refused

Tags = tuple[tuple[str, str], ...]


def require_tags(call: Call, caller: Caller) -> None:
    """Raises `Refused` for tags that cannot be set together, or not by this caller. A key's case makes no difference.

    The wording of a reserved key's refusal is IAM's; the other three were recorded from STS.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    keys = [key.lower() for key, _ in passed(call)]
    transitive = {key.lower() for key in call.parameters.get("TransitiveTagKeys", ())}
    inherited = {key.lower() for key, _ in inherited_tags(caller)}
    if any(key.startswith("aws:") for key in keys):
        raise _wrong(
            call, caller, "Tag keys beginning with aws: are reserved for system use.", "A tag key begins with aws:."
        )
    require_distinct(call, caller)
    if transitive - set(keys):
        says = "The specified transitive tag key must be included in the requested tags."
        why = "A transitive tag key is not among the tags."
    elif inherited & set(keys):
        says = (
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key "
            "from the calling session."
        )
        why = f"The tag {min(inherited & set(keys))} is inherited along the chain and cannot be set again."
    else:
        return
    raise _wrong(call, caller, says, why)


def require_distinct(call: Call, caller: Caller) -> None:
    """Raises `Refused` for a tag that is passed twice. A key's case makes no difference."""
    keys = {key.lower() for key, _ in passed(call)}
    if len(keys) < len(passed(call)):
        says = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        raise _wrong(call, caller, says, "A tag is passed twice.")


def session_tags(call: Call, caller: Caller) -> tuple[Tags, tuple[str, ...]]:
    """The new session's tags and which of them are transitive: those inherited, then those passed."""
    inherited, own = inherited_tags(caller), passed(call)
    wanted = {key.lower() for key in call.parameters.get("TransitiveTagKeys", ())}
    transitive = tuple(key for key, _ in inherited) + tuple(key for key, _ in own if key.lower() in wanted)
    return inherited + own, transitive


def passed(call: Call) -> Tags:
    """The tags that the call passes."""
    return tuple((tag["Key"], tag["Value"]) for tag in call.parameters.get("Tags", ()))


def _wrong(call: Call, caller: Caller, says: str, why: str) -> Exception:
    return refused(call, caller, Refusal("InvalidParameterValue", says, 400), why, "tags wrong")


def inherited_tags(caller: Caller) -> Tags:
    """The caller's own session tags that go along the chain, because they are transitive."""
    if caller.session is None:
        return ()
    transitive = set(caller.session.transitive_tag_keys)
    return tuple((key, value) for key, value in caller.session.tags if key in transitive)
