"""The session tags that an identity provider vouches for: which of them can be set."""

from __future__ import annotations

import re

Tags = tuple[tuple[str, str], ...]
_MOST_TAGS = 50
_KEY = re.compile(r"[\w \u00a0.:/=+@-]{1,128}")
_VALUE = re.compile(r"[\w \u00a0.:/=+@-]{0,256}")


def flaw_in_vouched(tags: Tags, transitive: tuple[str, ...]) -> str | None:
    """What is wrong with the tags that an identity provider vouches for, in a sentence, or None: they can be set.

    The limits are those of the tags of a call: 50, keys of 128 characters, values of 256.
    """
    keys = [key.lower() for key, _ in tags]
    if len(tags) > _MOST_TAGS:
        return f"There are {len(tags)} session tags, and {_MOST_TAGS} are allowed."
    if not all(_KEY.fullmatch(key) and _VALUE.fullmatch(value) for key, value in tags):
        return "A session tag's key or value is too long, or has characters that AWS does not take."
    if any(key.startswith("aws:") for key in keys):
        return "A tag key begins with aws:."
    if len(set(keys)) < len(keys):
        return "A tag is given twice; a key's case makes no difference."
    if {key.lower() for key in transitive} - set(keys):
        return "A transitive tag key is not among the tags."
    return None
