"""A second evaluator: slow, obvious, and written from AWS's pages with nothing of `stssim.policy` in it.

It takes what `evaluate` takes (documents as dicts) and answers with an effect. It re-reads everything for every
request, tries wildcards by recursion, and follows AWS's two flow charts line by line:

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

import base64
import ipaddress
import re
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

UNRESOLVED = object()


def oracle(
    *,
    principal: str | None,
    action: str,
    resource: str,
    resource_account: str | None = None,
    context: dict[str, Any] | None = None,
    identity_policies: Any = (),
    resource_policy: Any = None,
    resource_policy_kind: str | None = None,
    session_policies: Any = None,
    permissions_boundaries: Any = (),
    principal_id: str | None = None,
    issuer: str | None = None,
    canonical_id: str | None = None,
    service_control_policies: Any = (),
    resource_control_policies: Any = (),
) -> str:
    given = {name.lower(): value for name, value in (context or {}).items() if value is not None}
    keys = {name: [as_text(v) for v in as_list(value)] for name, value in given.items()}
    who: dict[str, Any] = {
        "name": principal,
        "type": type_of(principal, action),
        "id": (principal_id or "").split(":")[0],
        "issuer": [issuer] if issuer else keys.get("aws:principalarn", []),
        "canonical": canonical_id,
    }
    who["account"] = account_of(principal) if who["type"] not in ("anonymous", "service", "provider") else None
    owner = resource_account or account_of(resource) or who["account"]
    target = "arn:aws:s3:::*" if resource == "*" and action.lower().startswith("s3:") else resource
    ask = (action, target, keys)

    told = resource_policy_kind
    a_role = re.match(r"arn:[^:]*:iam::\d*:role/", resource) and action.lower().startswith("sts:")
    a_key = re.match(r"arn:[^:]*:kms:[^:]*:[^:]*:key/", resource)
    is_trust = told == "trust" or (told is None and a_role)
    is_key = told == "kms-key" or (told is None and a_key)
    must_trust = bool(is_trust or is_key)

    if action.lower() in ("sts:getcalleridentity", "sts:getsessiontoken") and principal is not None:
        return "Allow"

    person = who["type"] in ("user", "role", "session", "federated")
    service_linked = any(":role/aws-service-role/" in arn for arn in who["issuer"])
    scps = [] if who["account"] is None or service_linked else service_control_policies
    rcps = [] if service_linked else resource_control_policies

    # Deny evaluation: one Deny anywhere ends it.
    everything = [document for level in (*scps, *rcps) for document in level]
    if person:
        everything += [*identity_policies, *permissions_boundaries]
    if person or who["type"] == "root":
        everything += session_policies or []  # a root session's is its task policy
    if any(says(document, "Deny", ask) for document in everything):
        return "ExplicitDeny"
    if resource_policy and names(resource_policy, "Deny", ask, who, bool(permissions_boundaries)):
        return "ExplicitDeny"

    # Organizations: every level of both kinds must allow.
    for level in (*rcps, *scps):
        if not any(says(document, "Allow", ask) for document in level):
            return "ImplicitDeny"

    granted = names(resource_policy, "Allow", ask, who, False) if resource_policy else set()
    same_account = who["account"] == owner

    if who["type"] == "root":
        if is_trust and action.lower() == "sts:assumerole":
            return "ImplicitDeny"
        if same_account and not must_trust:
            return "Allow"
        return "Allow" if granted else "ImplicitDeny"
    if not person:
        return "Allow" if granted else "ImplicitDeny"

    identity_allows = any(says(document, "Allow", ask) for document in identity_policies)
    boundary_allows = all(says(document, "Allow", ask) for document in permissions_boundaries)
    if session_policies is None:
        session_allows = who["type"] != "federated"
    else:
        session_allows = any(says(document, "Allow", ask) for document in session_policies)

    if not same_account:
        # Both accounts must say yes.
        trusting = bool(granted)
        trusted = identity_allows and boundary_allows and session_allows
        return "Allow" if trusting and trusted else "ImplicitDeny"

    if "the caller itself" in granted:
        return "Allow"
    if must_trust and not granted:
        return "ImplicitDeny"
    if (identity_allows or "its role" in granted) and boundary_allows and session_allows:
        return "Allow"
    return "ImplicitDeny"


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def account_of(arn: str | None) -> str | None:
    parts = (arn or "").split(":")
    return parts[4] if len(parts) >= 6 and re.fullmatch(r"\d{12}", parts[4]) else None


def type_of(principal: str | None, action: str) -> str:
    if principal is None:
        return "anonymous"
    for pattern, found in (
        (r"arn:[^:]+:iam::\d{12}:root", "root"),
        (r"arn:[^:]+:iam::\d{12}:user/.+", "user"),
        (r"arn:[^:]+:iam::\d{12}:role/.+", "role"),
        (r"arn:[^:]+:sts::\d{12}:assumed-role/[^/]+/.+", "session"),
        (r"arn:[^:]+:sts::\d{12}:federated-user/.+", "federated"),
        (r"arn:[^:]+:iam::\d{12}:(oidc|saml)-provider/.+", "provider"),
    ):
        if re.fullmatch(pattern, principal):
            return found
    if action.lower() in ("sts:assumerolewithsaml", "sts:assumerolewithwebidentity"):
        return "provider"
    return "service" if principal.endswith(".amazonaws.com") else "provider"


def statements(document: dict[str, Any]) -> list[tuple[dict[str, Any], bool]]:
    variables = document.get("Version") == "2012-10-17"
    return [(statement, variables) for statement in as_list(document["Statement"])]


def says(document: dict[str, Any], effect: str, ask: Any) -> bool:
    return any(s["Effect"] == effect and matches(s, variables, ask) for s, variables in statements(document))


def names(document: dict[str, Any], effect: str, ask: Any, who: Any, bounded: bool) -> set[str]:
    """Everything that the matching statements of this effect call the caller by."""
    found: set[str] = set()
    for statement, variables in statements(document):
        if statement["Effect"] == effect and matches(statement, variables, ask):
            if "NotPrincipal" in statement:
                spared = left_out if effect == "Deny" else called  # an Allow grants to nobody whom it names
                if (bounded and effect == "Deny") or not spared(statement["NotPrincipal"], who):
                    found.add("the caller itself")
            else:
                found |= called(statement["Principal"], who)
    return found


def called(principal: Any, who: Any) -> set[str]:
    if principal == "*":
        return {"the caller itself"}
    found: set[str] = set()
    for kind, entries in principal.items():
        for entry in as_list(entries):
            if kind == "AWS":
                found |= called_by(entry, who)
            elif kind == "CanonicalUser" and who["canonical"] and entry == who["canonical"]:
                found |= {"the caller itself" if who["type"] == "root" else "its account"}
            elif kind == "Service" and who["type"] == "service":
                found |= {"the caller itself"} if entry.lower() == who["name"].lower() else set()
            elif kind == "Federated" and who["type"] == "provider":
                found |= {"the caller itself"} if entry == who["name"] else set()
    return found


def called_by(entry: str, who: Any) -> set[str]:
    kind, name, account = who["type"], who["name"], who["account"]
    if kind == "provider":
        return set()
    if entry == "*":
        return {"the caller itself"}
    if account is None:
        return set()
    if entry in (account, f"arn:aws:iam::{account}:root"):
        return {"the caller itself"} if kind == "root" else {"its account"}
    if entry == name:
        return {"its role"} if kind == "role" else {"the caller itself"}
    if who["id"] and entry == who["id"]:
        if kind == "user":
            return {"the caller itself"}
        if kind in ("role", "session"):
            return {"its role"}
    if kind == "session" and entry in role_arns(who, entry):
        return {"its role"}
    if kind == "federated" and entry in who["issuer"]:
        return {"its role"}
    return set()


def role_arns(who: Any, entry: str) -> list[str]:
    """The ARN of the session's role: as it is known, else any path will do."""
    known = [arn for arn in who["issuer"] if ":role/" in arn]
    if known:
        return known
    role = who["name"].split("/")[1]
    return [entry] if re.fullmatch(rf"arn:aws:iam::{who['account']}:role/(.*/)?{re.escape(role)}", entry) else []


def left_out(principal: Any, who: Any) -> bool:
    """NotPrincipal: account, then role, then session, each must be spared if that level is spoken of at all."""
    found = called(principal, who)
    if not found:
        return False
    if principal == "*" or "*" in as_list(principal.get("AWS", [])) or who["account"] is None:
        return True
    entries = as_list(principal.get("AWS", []))
    account = who["account"]
    if not any(entry in (account, f"arn:aws:iam::{account}:root") for entry in entries):
        return False
    if who["type"] == "root":
        return True
    inside = [entry for entry in entries if account_of(entry) == account and not entry.endswith(":root")]
    ids = [entry for entry in entries if re.fullmatch(r"A[A-Z]{3}[A-Z0-9]{12,}", entry)]
    if not inside and not ids:
        return True
    if who["type"] != "session":
        return bool(found & {"its role", "the caller itself"})
    role_named = any("its role" in called_by(entry, who) for entry in entries)
    sessions = [entry for entry in inside if entry.split("/")[:2] == who["name"].split("/")[:2]]
    return role_named and (not sessions or who["name"] in sessions)


def matches(statement: dict[str, Any], variables: bool, ask: Any) -> bool:
    action, resource, keys = ask
    if "Action" in statement:
        if not any(wild(a.lower(), action.lower()) for a in as_list(statement["Action"])):
            return False
    elif any(wild(a.lower(), action.lower()) for a in as_list(statement["NotAction"])):
        return False
    if "Resource" in statement and not any(
        resource_fits(r, resource, keys, variables) for r in as_list(statement["Resource"])
    ):
        return False
    if any(resource_fits(r, resource, keys, variables) for r in as_list(statement.get("NotResource", []))):
        return False
    for operator, tests in statement.get("Condition", {}).items():
        for key, wanted in tests.items():
            texts = [as_text(w) for w in as_list(wanted)]
            denies = statement["Effect"] == "Deny"
            if not condition(operator, key, texts, keys.get(key.lower()), keys, variables, denies=denies):
                return False
    return True


# Wildcards. A pattern is a list of characters; "any" and "one" stand for * and ?.

ANY, ONE = "any", "one"


def characters(text: str) -> list[str]:
    return [{"*": ANY, "?": ONE}.get(letter, letter) for letter in text]


def halves(letters: Any) -> list[str]:
    """What a ? stands for: units of UTF-16, of which a character beyond U+FFFF has two."""
    found = []
    for letter in letters:
        found += [letter] if letter in (ANY, ONE) or letter < "\U00010000" else [f"{letter} high", f"{letter} low"]
    return found


def wild(pattern: str | list[str], text: str, *, colon_stops: bool = False) -> bool:
    """Matches by trying every length for every `*`, remembering what has failed."""
    letters = halves(characters(pattern) if isinstance(pattern, str) else pattern)
    units = halves(text)
    known: dict[tuple[int, int], bool] = {}

    def fits(i: int, j: int) -> bool:
        if (i, j) not in known:
            known[i, j] = tries(i, j)
        return known[i, j]

    def tries(i: int, j: int) -> bool:
        if i == len(letters):
            return j == len(units)
        if letters[i] == ANY:
            ends = units.index(":", j) if colon_stops and ":" in units[j:] else len(units)
            return any(fits(i + 1, k) for k in range(j, ends + 1))
        if j == len(units):
            return False
        if letters[i] == ONE:
            return not (colon_stops and units[j] == ":") and fits(i + 1, j + 1)
        return letters[i] == units[j] and fits(i + 1, j + 1)

    return fits(0, 0)


def filled(text: str, keys: Any, variables: bool) -> Any:
    """The characters of a text with its policy variables replaced, or UNRESOLVED."""
    if not variables:
        return characters(text)
    letters: list[str] = []
    while text:
        variable = re.match(r"\$\{([*?$]|[^{}*?$]+)\}", text)
        if not variable:
            letters += characters(text[0])
            text = text[1:]
            continue
        text = text[variable.end() :]
        inside = variable[1]
        if inside in "*?$":
            letters.append(inside)
            continue
        default = re.fullmatch(r"\s*(.*?)\s*,\s*'(.*)'\s*", inside)
        values = keys.get((default[1] if default else inside.strip()).lower(), [])
        if len(values) == 1:
            letters += list(values[0])
        elif default and not values:
            letters += list(default[2])
        else:
            return UNRESOLVED
    return letters


def resource_fits(pattern: str, resource: str, keys: Any, variables: bool) -> bool:
    parts = pattern.split(":", 5)
    if len(parts) < 6 and pattern.startswith("arn:"):
        parts += ["*"] * (6 - len(parts))  # "AWS automatically completes the ARN"
    if len(parts) < 6:
        return wild(pattern, resource)
    last = filled(parts[5], keys, variables)
    if last is UNRESOLVED:
        return False
    # A * that ends a part may run past the colon; any other wildcard in the first five parts stays inside its part.
    options = {0}
    for part in parts[:5]:
        following = set()
        for start in options:
            for colon in (m.start() for m in re.finditer(":", resource) if m.start() >= start):
                piece = resource[start:colon]
                if part.endswith("*"):
                    head = part.rstrip("*")
                    if any(wild(head, piece[:cut], colon_stops=True) for cut in range(len(piece) + 1)):
                        following.add(colon + 1)
                elif wild(part, piece, colon_stops=True):
                    following.add(colon + 1)
        options = following
    return any(wild(last, resource[start:]) for start in options)


# Conditions. What becomes of values that cannot be read was recorded in September 2026 (radkawar/stackd,
# testdata/aws/iam, condition_values and conditions).


# "Multivalued" on https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html. That an
# operator without ForAllValues or ForAnyValue never matches one was recorded of aws:TagKeys in September 2026.
SETS = ("aws:tagkeys", "aws:calledvia", "aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths")


def condition(
    written: str,
    key: str,
    wanted: list[str],
    found: list[str] | None,
    keys: Any,
    variables: bool,
    *,
    denies: bool = False,
) -> bool:
    operator, each, any_ = written.lower(), False, False
    if operator.startswith("forallvalues:"):
        operator, each = operator.removeprefix("forallvalues:"), True
    if operator.startswith("foranyvalue:"):
        operator, any_ = operator.removeprefix("foranyvalue:"), True
    if operator == "null":
        null = not found or all(value == "" for value in found)
        return any((w.lower() == "true") == null for w in wanted)
    if_exists = operator.endswith("ifexists")
    operator = operator.removesuffix("ifexists")
    negated = operator in ("stringnotequals", "stringnotequalsignorecase", "stringnotlike") or operator in (
        "numericnotequals",
        "datenotequals",
        "notipaddress",
        "arnnotequals",
        "arnnotlike",
    )
    if not found:
        if if_exists or each:
            return True
        return False if any_ else negated
    if not (each or any_) and key.lower() in SETS:
        return False
    if (each or any_) and all(value == "" for value in found):
        return each
    takes_variables = variables and operator.startswith(("string", "arn", "bool"))
    patterns = [filled(w, keys, takes_variables) for w in wanted]
    patterns = [p for p in patterns if p is not UNRESOLVED]

    def holds(value: str) -> bool:
        if operator in ("ipaddress", "notipaddress") and ip(value) is None:
            return False
        if operator.startswith("arn") and len(value.split(":", 5)) < 6:
            return False
        for pattern in patterns:
            if operator.startswith("arn") and not {ANY, ONE} & set(pattern) and pattern.count(":") < 5:
                return denies  # no ARN: "an Allow does not grant, a Deny denies"
            if fits(operator, pattern, value):
                return not negated
        return negated

    if each:
        return all(holds(value) for value in found)
    if any_:
        return any(holds(value) for value in found)
    return all(holds(value) for value in found) if negated else any(holds(value) for value in found)


def plain(pattern: list[str]) -> str:
    return "".join({ANY: "*", ONE: "?"}.get(letter, letter) for letter in pattern)


def fits(operator: str, pattern: list[str], value: str) -> bool:
    text = plain(pattern)
    if operator in ("stringequals", "stringnotequals"):
        return text == value
    if operator in ("stringequalsignorecase", "stringnotequalsignorecase"):
        return text.lower() == value.lower()
    if operator == "bool":
        return (text.lower() == "true") == (value.lower() == "true")
    if operator in ("stringlike", "stringnotlike"):
        return wild(pattern, value)
    if operator.startswith("arn"):
        return arn_fits(pattern, value)
    if operator.startswith("numeric"):
        return compare(operator.removeprefix("numeric"), number(value), number(text))
    if operator.startswith("date"):
        return compare(operator.removeprefix("date"), date(value), date(text))
    if operator == "binaryequals":
        return base64.b64decode(text) == base64.b64decode(value)
    assert operator in ("ipaddress", "notipaddress"), operator
    address = ip(value)
    assert address is not None
    try:
        network = ipaddress.ip_network(text, strict=":" in text)
    except ValueError:
        return False
    return address in network


def ip(text: str) -> Any:
    """Zeros before the numbers of IPv4 are passed over; IPv4 that is mapped into IPv6 is IPv4."""
    if re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", text):
        text = ".".join(part.lstrip("0") or "0" for part in text.split("."))
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


def arn_fits(pattern: list[str], value: str) -> bool:
    if pattern and set(pattern) == {ANY}:
        return True
    parts: list[list[str]] = [[]]
    for letter in pattern:
        if letter == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(letter)
    pieces = value.split(":", 5)
    return len(parts) == len(pieces) == 6 and all(wild(p, v) for p, v in zip(parts, pieces, strict=True))


def number(text: str) -> Fraction | None:
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?", text):
        return None
    return Fraction(text.replace(".e", "e").replace(".E", "E").rstrip("."))


def date(text: str) -> Fraction | None:
    """To the millisecond: what comes behind is cut."""
    if re.fullmatch(r"[+-]?\d{5,}(\.\d+)?", text):
        return Fraction(int(Fraction(text) * 1000 // 1), 1000)
    if re.fullmatch(r"\d{4}", text):
        text += "-01-01"
    text = re.sub(r"(\.\d{3})\d+", r"\1", text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return Fraction(since.days * 86400 + since.seconds) + Fraction(since.microseconds, 1_000_000)


def compare(how: str, found: Fraction | None, wanted: Fraction | None) -> bool:
    if found is None or wanted is None:
        return False
    return {
        "equals": found == wanted,
        "notequals": found == wanted,
        "lessthan": found < wanted,
        "lessthanequals": found <= wanted,
        "greaterthan": found > wanted,
        "greaterthanequals": found >= wanted,
    }[how]
