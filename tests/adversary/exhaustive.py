"""An attacker who tries everything in a small world, one value after another, and writes down how they got there.

`[world]` of a file in `judged` says what the attacker has and may choose; its README describes the keys.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.adversary.scenario_world import ABSENT, LEAKED, Caller, Context, World

Request = dict[str, Any]
Walk = tuple[Request, ...]
Held = dict[Caller, Walk]

ONE_OF = {
    "holds": "principal",
    "tenants": "tenant",
    "ids": "id",
    "new_users": "user",
    "federation_names": "name",
    "functions": "function",
    "own_issuers": "issuer",
}


def way_in(world: World, told: dict[str, Any]) -> Walk | None:
    """The requests of the first walk that reaches a goal, each of which is allowed; None if there is none."""
    return _with_tags(world, told, (), _start(world, told), set())


def narrowed(told: Any, chooses: dict[str, Any], used: set[str]) -> Any:
    """`[world]` with one value for each choice that is named; `used` collects the names that were found."""
    if isinstance(told, list):
        return [narrowed(each, chooses, used) for each in told]
    if not isinstance(told, dict):
        return told
    result = {}
    for key, value in told.items():
        name = ONE_OF.get(key, key)
        if name in chooses and isinstance(value, list) and chooses[name] in value:
            used.add(name)
            value = [chooses[name]]
        result[key] = narrowed(value, chooses, used)
    return result


def choices(world: World, context: dict[str, list[Any]], role: str = "") -> Iterator[Context]:
    """Every combination of one value for each key that some policy reads; an absent key is left out.

    What goes on into the session is tried if any policy reads it, what does not if those of this call do.
    """
    read = {key: values if _is_read(world, key, role) else _plainest(values) for key, values in context.items()}
    for values in itertools.product(*read.values()):
        yield {key: value for key, value in zip(read, values, strict=True) if value != ABSENT}


def _is_read(world: World, key: str, role: str) -> bool:
    names = [key, key.replace("RequestTag", "PrincipalTag"), "aws:TagKeys" if "RequestTag" in key else key]
    names += ["assumed-role/", "aws:userid"] if key == "sts:RoleSessionName" else []
    goes_on = key.startswith(("sts:RoleSessionName", "sts:SourceIdentity", "aws:RequestTag"))
    texts = world.texts_of(role) if role and not goes_on else world.texts
    return any(name.lower() in texts for name in names)


def _plainest(values: list[Any]) -> list[Any]:
    return [ABSENT] if ABSENT in values else values[:1]


def request(caller: Caller, action: str, resource: str, context: Context | None = None) -> Request:
    written: Request = {"principal": caller.arn, "action": action, "resource": resource}
    return {**written, "context": context} if context else written


def issuer_name(provider: str) -> str:
    """`aws:FederatedProvider` as it was recorded of AWS: the issuer without `https://`, and not the provider's ARN."""
    return provider.partition(":oidc-provider/")[2] or provider


def _start(world: World, told: dict[str, Any]) -> Held:
    return {world.caller(arn): () for arn in told.get("holds", [])}


def _with_tags(world: World, told: dict[str, Any], done: Walk, held: Held, seen: set[str]) -> Walk | None:
    """Whatever is held is kept; each tag that can be written opens another world."""
    held = _everything(world, told, dict(held))
    for caller, walk in held.items():
        if found := _goal(world, told, caller, walk, done):
            return found
    for user, key, value in _taggings(told):
        before = world.tags[user].get(key)
        resource = world.user(user).arn
        for caller, walk in list(held.items()):
            asked = {f"aws:RequestTag/{key}": value, "aws:TagKeys": [key], **_tags_of(world, user)}
            if before == value or not world.allows(caller, "iam:TagUser", resource, asked):
                continue
            world.tags[user][key] = value
            if (now := repr((world.tags, sorted(each.arn for each in held)))) not in seen:
                seen.add(now)
                further = (*done, *walk, request(caller, "iam:TagUser", resource, asked))
                if found := _with_tags(world, told, further, held, seen):
                    return found
            world.tags[user].pop(key)
            world.tags[user] |= {key: before} if before is not None else {}
    return None


def _taggings(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for tagging in told.get("tags", []):
        for value in tagging["values"]:
            yield tagging["user"], tagging["key"], value


def _tags_of(world: World, user: str) -> Context:
    return {f"aws:ResourceTag/{key}": value for key, value in world.tags.get(user, {}).items()}


def _everything(world: World, told: dict[str, Any], held: Held) -> Held:
    """All callers that can be become from those that are held, in any number of steps."""
    for caller, walk in _from_nothing(world, told):
        held.setdefault(caller, walk)
    waiting = list(held)
    while waiting:
        caller = waiting.pop(0)
        for gained, walk in _from(world, told, caller):
            if gained not in held:
                held[gained] = (*held[caller], *walk)
                waiting.append(gained)
    return held


def _from_nothing(world: World, told: dict[str, Any]) -> Iterator[tuple[Caller, Walk]]:
    for token in told.get("tokens", []):
        yield from _with_token(world, told, token)
    for service in told.get("services", []):
        for context in choices(world, service.get("context", {})):
            caller = world.caller(service["principal"], context)
            yield caller, ()
    for deputy in told.get("deputies", []):
        yield from _through(world, deputy)


def _with_token(world: World, told: dict[str, Any], token: dict[str, Any]) -> Iterator[tuple[Caller, Walk]]:
    action = "sts:AssumeRoleWithWebIdentity"
    for claims in choices(world, token["claims"]):
        caller = world.caller(token["provider"])
        for role in world.roles:
            for chosen in choices(world, told.get("context", {}), role):
                context = {**claims, **chosen}
                if world.assumes(caller, role, context, action):
                    asked = request(caller, action, world.fill(f"{{{{role:{role}}}}}"), context)
                    provider = {"aws:FederatedProvider": issuer_name(caller.arn)}
                    yield world.session(role, chosen, **provider), (asked,)


def _through(world: World, deputy: dict[str, Any]) -> Iterator[tuple[Caller, Walk]]:
    """What an application brings to the dashboard of a customer who types somebody else's role into its form."""
    name = deputy["application"]
    settings, own = world.settings[name], [world.fill(tenant) for tenant in deputy["tenants"]]
    customer = settings.get("chosen_by", "nobody") == "customer"
    there = [each for each in world.applications[name].get("tenants", {}) if each not in own]
    for gone in ((), tuple(there)) if deputy.get("customers_leave") else ((),):
        taken = deputy.get("ids_of_customers", []) if not gone and settings.get("unique", True) else []
        typed = [each for each in deputy.get("ids", []) if each not in taken] if customer else [None]
        for tenant, given in itertools.product(own, typed):
            if tenant in there and tenant not in gone:
                continue
            sent = (
                (None if given == ABSENT else world.fill(given))
                if given
                else world.external_id(name, tenant, gone=gone)
            )
            for role in world.roles:
                caller, context = world.user(name), world.sent_by(name, sent)
                if world.accepts(name, role, sent) and world.assumes(caller, role, context):
                    named = sent and not gone and settings.get("chosen_by") == "vendor"
                    written = context | ({"sts:ExternalId": f"{{{{external-id:{name}:{tenant}}}}}"} if named else {})
                    asked = request(caller, "sts:AssumeRole", world.fill(f"{{{{role:{role}}}}}"), written)
                    yield world.session(role, context, for_a_tenant=True), (asked,)


def _from(world: World, told: dict[str, Any], caller: Caller) -> Iterator[tuple[Caller, Walk]]:
    if caller.for_a_tenant:
        return
    for role in world.roles:
        arn = world.fill(f"{{{{role:{role}}}}}")
        for context in choices(world, told.get("context", {}), role):
            if world.assumes(caller, role, context):
                yield world.session(role, context), (request(caller, "sts:AssumeRole", arn, context),)
    if caller.arn.startswith("arn:aws:iam::") and ":user/" in caller.arn:
        yield from _long_sessions(world, told, caller)
    yield from _keys(world, told, caller)
    yield from _functions(world, caller, told)
    yield from _rewritten(world, told, caller)


def _long_sessions(world: World, told: dict[str, Any], caller: Caller) -> Iterator[tuple[Caller, Walk]]:
    """Sessions of a user whose key works: of GetFederationToken, and of GetSessionToken, which no policy forbids."""
    if "federation_names" not in told:
        return
    account, now = caller.arn.split(":")[4], world.policies
    temporary = "aws:TokenIssueTime" in dict(caller.keys)
    for name in told["federation_names"]:
        if name == ABSENT and not temporary:
            keys = (("aws:MultiFactorAuthPresent", "false"), ("aws:TokenIssueTime", LEAKED))
            yield replace(caller, keys=keys), (request(caller, "sts:GetSessionToken", "*"),)
            continue
        arn = f"arn:aws:sts::{account}:federated-user/{name}"
        world.policies = world.policies_at_first  # nobody has noticed yet
        issued = not temporary and world.allows(caller, "sts:GetFederationToken", arn)
        world.policies = now
        if issued:
            session = Caller(arn, caller.of, (("aws:TokenIssueTime", LEAKED),))
            yield session, (request(caller, "sts:GetFederationToken", arn),)


def _keys(world: World, told: dict[str, Any], caller: Caller) -> Iterator[tuple[Caller, Walk]]:
    """New access keys for users who are there or whom the caller makes, with an MFA device where one can be given."""
    account = next(iter(world.numbers.values()))
    for name in told.get("users", []):
        user, tags = world.user(name), _tags_of(world, name)
        if world.allows(caller, "iam:CreateAccessKey", user.arn, tags):
            key = request(caller, "iam:CreateAccessKey", user.arn, tags)
            yield user, (key,)
            device = f"arn:aws:iam::{account}:mfa/a-device"
            made = world.allows(caller, "iam:CreateVirtualMFADevice", device)
            if made and world.allows(caller, "iam:EnableMFADevice", user.arn, tags):
                enabled = request(caller, "iam:EnableMFADevice", user.arn, tags)
                with_mfa = (("aws:MultiFactorAuthAge", "1"), ("aws:MultiFactorAuthPresent", "true"))
                yield (
                    replace(user, keys=with_mfa),
                    (key, request(caller, "iam:CreateVirtualMFADevice", device), enabled),
                )
    for name in told.get("new_users", []):
        arn = f"arn:aws:iam::{account}:user/{name}"
        if all(world.allows(caller, action, arn) for action in ("iam:CreateUser", "iam:CreateAccessKey")):
            walk: list[Request] = [request(caller, "iam:CreateUser", arn)]
            attached = []
            for policy in world.managed:
                asked = {"iam:PolicyARN": f"{{{{policy:{policy}}}}}"}
                if world.allows(caller, "iam:AttachUserPolicy", arn, asked):
                    attached.append(policy)
                    walk.append(request(caller, "iam:AttachUserPolicy", arn, world.filled(asked)))
            walk.append(request(caller, "iam:CreateAccessKey", arn))
            yield Caller(arn, new=True, attached=tuple(attached)), tuple(walk)


def _functions(world: World, caller: Caller, told: dict[str, Any]) -> Iterator[tuple[Caller, Walk]]:
    """A role that the caller may pass to a new function, where the role trusts the service."""
    account = next(iter(world.numbers.values()))
    for name in told.get("functions", []):
        function = f"arn:aws:lambda:us-east-1:{account}:function:{name}"
        for role in world.roles:
            arn = world.fill(f"{{{{role:{role}}}}}")
            passing = {"iam:PassedToService": "lambda.amazonaws.com"}
            made = world.allows(caller, "lambda:CreateFunction", function)
            if made and world.allows(caller, "iam:PassRole", arn, passing):
                service = world.caller("lambda.amazonaws.com")
                source = {"aws:SourceAccount": account, "aws:SourceArn": function}
                if world.assumes(service, role, source):
                    steps = [
                        request(caller, "iam:PassRole", arn, passing),
                        request(caller, "lambda:CreateFunction", function),
                    ]
                    yield world.session(role, {}), (*steps, request(service, "sts:AssumeRole", arn, source))


def _rewritten(world: World, told: dict[str, Any], caller: Caller) -> Iterator[tuple[Caller, Walk]]:
    """A provider of the caller's own issuer, and a role whose trust policy the caller makes it trust."""
    for token in told.get("own_issuers", []):
        provider = world.fill(token)
        if not world.allows(caller, "iam:CreateOpenIDConnectProvider", provider):
            continue
        for role in world.roles:
            arn = world.fill(f"{{{{role:{role}}}}}")
            if world.allows(caller, "iam:UpdateAssumeRolePolicy", arn):
                steps = [
                    request(caller, "iam:CreateOpenIDConnectProvider", provider),
                    request(caller, "iam:UpdateAssumeRolePolicy", arn),
                    request(world.caller(provider), "sts:AssumeRoleWithWebIdentity", arn),
                ]
                yield world.session(role, {}, **{"aws:FederatedProvider": issuer_name(provider)}), tuple(steps)


def _goal(world: World, told: dict[str, Any], caller: Caller, walk: Walk, done: Walk) -> Walk | None:
    ended = told.get("start_ends", False) and not (walk or done)
    if ended and not (":user/" in caller.arn and world.keys_that_work):
        return None
    if caller.of and caller.of == told.get("session_of") and ":assumed-role/" in caller.arn:
        return (*done, *walk)
    for goal in told.get("goals", []):
        for context in choices(world, goal.get("context", {})):
            resource = world.fill(goal["resource"])
            if world.allows(caller, goal["action"], resource, context):
                return (*done, *walk, request(caller, goal["action"], resource, context))
    return None
