"""The tags of resources, by ARN, in moto's objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stssim.access.core.moto_backends import GLOBAL, backend, s3_object
from stssim.access.core.names import management_account
from stssim.access.services.iam.entities import held
from stssim.call import NOTHING


def tags(arn: str) -> Mapping[str, str]:
    """None if there is no such resource, or nobody tagged it."""
    fields = arn.split(":", 5)
    if len(fields) < 6:
        return NOTHING
    service, region, account, resource = fields[2:]
    find = _FINDERS.get(service)
    if find is None:
        return NOTHING
    if service == "s3":
        return _object(arn)
    if service == "organizations":
        account = management_account(account)
    store = backend(service, account, region or GLOBAL)
    return find(store, arn, resource) if store is not None else NOTHING


def _object(arn: str) -> Mapping[str, str]:
    """An object's. A bucket's tags are no condition keys unless it is set up for that, which is not done here."""
    found = s3_object(arn)
    return _by_tagger(backend("s3", found.account_id), found.arn, "") if found is not None else NOTHING


def _iam(iam: Any, arn: str, resource: str) -> Mapping[str, str]:
    sort, name = resource.partition("/")[0], resource.rpartition("/")[2]
    if sort in ("user", "mfa", "saml-provider", "server-certificate"):
        return iam.tagger.get_tag_dict_for_resource(arn)  # type: ignore[no-any-return]
    if sort == "role":
        return _pairs(getattr(held("roles", iam.account_id).named(name), "tags", None))
    if sort in ("policy", "oidc-provider"):
        found = (iam.managed_policies if sort == "policy" else iam.open_id_providers).get(arn)
        return _pairs(list(found.tags.values()) if found is not None else None)
    if sort == "instance-profile":
        return _pairs(getattr(held("instance_profiles", iam.account_id).named(name), "tags", None))
    return NOTHING


def _queue(sqs: Any, _: str, name: str) -> Mapping[str, str]:
    queue = sqs.queues.get(name)
    return dict(queue.tags or {}) if queue is not None else NOTHING


def _topic(sns: Any, arn: str, _: str) -> Mapping[str, str]:
    topic = sns.topics.get(arn)
    return dict(topic._tags or {}) if topic is not None else NOTHING


def _key(kms: Any, _: str, resource: str) -> Mapping[str, str]:
    return _by_tagger(kms, resource.partition("/")[2], "")


def _function(awslambda: Any, _: str, resource: str) -> Mapping[str, str]:
    name = f"{resource}:".split(":")[1]
    held = awslambda._lambdas._functions.get(name)
    return dict(held["latest"].tags or {}) if held is not None and held["latest"] is not None else NOTHING


def _secret(secretsmanager: Any, arn: str, _: str) -> Mapping[str, str]:
    secret = secretsmanager.secrets.get(arn)
    return _pairs(getattr(secret, "tags", None))


def _table(dynamodb: Any, _: str, resource: str) -> Mapping[str, str]:
    table = dynamodb.tables.get(resource.split("/")[1]) if resource.startswith("table/") else None
    return _pairs(table.tags) if table is not None else NOTHING


def _instance(ec2: Any, _: str, resource: str) -> Mapping[str, str]:
    return dict(ec2.tags.get(resource.partition("/")[2], NOTHING))


def _parameter(ssm: Any, _: str, resource: str) -> Mapping[str, str]:
    sort, _, name = resource.partition("/")
    if sort != "parameter":
        return NOTHING
    held = ssm._resource_tags.get("Parameter", NOTHING)
    return dict(held.get(name) or held.get(f"/{name}") or NOTHING)


def _of_organization(organizations: Any, arn: str, _: str) -> Mapping[str, str]:
    held = (*organizations.accounts, *organizations.ou, *organizations.policies) if organizations.org else ()
    return next((dict(each.tags) for each in held if each.arn == arn), NOTHING)


def _by_tagger(store: Any, name: str, _: str) -> Mapping[str, str]:
    return store.tagger.get_tag_dict_for_resource(name)  # type: ignore[no-any-return]


def _pairs(tags: Any) -> Mapping[str, str]:
    """Of some services moto keeps a tag without key or value, too, as nobody's client sends it."""
    return {tag["Key"]: tag.get("Value") or "" for tag in tags or () if tag.get("Key")}


_FINDERS: Mapping[str, Callable[[Any, str, str], Mapping[str, str]]] = {
    "dynamodb": _table,
    "ec2": _instance,
    "ecr": _by_tagger,
    "events": _by_tagger,
    "iam": _iam,
    "kms": _key,
    "lambda": _function,
    "logs": _by_tagger,
    "organizations": _of_organization,
    "s3": _by_tagger,
    "secretsmanager": _secret,
    "sns": _topic,
    "sqs": _queue,
    "ssm": _parameter,
}
