"""What IAM refuses in the tags of a call, once the caller is allowed to make it. A key that is given twice was judged
by its last value.

Recorded in September 2026 (radkawar/stackd, testdata/aws/iam/tag_inputs.json, condition_sets.json, tags_aws.json).
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from __future__ import annotations

from stssim.call import Call, Refusal
from stssim.trace import Refused

_RESERVED = "aws:"


def require_tags(call: Call) -> None:
    """Raises `Refused` (`InvalidInput`, 400) for no tag at all where tags are to be set, for a key that begins with
    `aws:`, and for a key given twice; keys that differ in case alone are the same key, but for those of policies.
    """
    tags = call.parameters.get("Tags")
    if tags is None:
        return
    cased = call.operation.endswith("Policy")
    keys = [str(tag.get("Key")) if cased else str(tag.get("Key")).lower() for tag in tags]
    if not keys and call.operation.startswith("Tag"):
        says = "Error occurred while validating input. "
    elif any(key.lower().startswith(_RESERVED) for key in keys):
        says = "Tag keys beginning with aws: are reserved for system use."
    elif len({*keys}) < len(keys):
        says = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    else:
        return
    raise Refused(Refusal("InvalidInput", says, 400))
