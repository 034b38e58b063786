"""Names as prose writes them: an IAM user `mallory` is Mallory in pictures and in sentences, and in an ARN as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stssim.call import Actor

_NAMED = frozenset({"application", "federated-user", "saml", "user", "web-identity"})
_ONE_WORD = re.compile(r"[a-z]+(-[a-z]+)*")
_LITERAL_AFTER = r"(?<!session )(?<!user )(?<!tenant )(?<!bucket )(?<!role )(?<!key )"
"""After these words the name is the value that a call carries, and is left as it is."""


def display_name(actor: Actor) -> str:
    """The actor's name, with a capital where it is a word of small letters alone.

    >>> display_name(Actor("mallory", "user")), display_name(Actor("lambda.amazonaws.com"))
    ('Mallory', 'lambda.amazonaws.com')
    """
    if actor.kind in _NAMED and _ONE_WORD.fullmatch(actor.name):
        return actor.name[0].upper() + actor.name[1:]
    return actor.name


def in_prose(text: str, actors: Iterable[Actor]) -> str:
    """A sentence with the names of these actors as `display_name` has them; ARNs, ids and values stay as they are.

    >>> in_prose("mallory asks STS for role mallory-admin.", [Actor("mallory", "user")])
    'Mallory asks STS for role mallory-admin.'
    """
    names = {actor.name: shown for actor in actors if (shown := display_name(actor)) != actor.name}
    if not names:
        return text
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    whole = rf"{_LITERAL_AFTER}(?<![\w/:.@=-])({longest_first})(?![\w/@=-]|[:.]\w)"
    return re.sub(whole, lambda found: names[found[0]], text)
