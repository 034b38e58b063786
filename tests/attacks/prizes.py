"""What an attacker is after, one a service: what they may do, what they may not, and how an administrator would see
that it was done all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from stssim import Lab
from stssim.lab.handles import Account, User
from tests.attacks.wire import Wire, administrator, form, only, serialized

HOME = "111111111111"
SECRET = "the crown jewels"
ALLOW_ALL = json.dumps(only("*"))
Parameters = dict[str, Any]
Seen = Callable[[Account], Any]


@dataclass(frozen=True)
class Prize:
    """`allowed` is the whole of the attacker's policy: the first action on `resource`, the second on all.

    `honest(note)` is a call that it allows, with free text of the attacker's in it; `idle` one without parameters.
    `forbidden` are calls that it does not allow. `member` is the honest call's member that names the resource, with
    its value for what is `theirs`. `seen` is what an administrator sees of what is not the attacker's.
    """

    name: str
    service: str
    set_up: Callable[[Account], Any]
    allowed: tuple[str, str]
    resource: str
    honest: tuple[str, Callable[[str], Parameters]]
    idle: tuple[str, Parameters]
    forbidden: tuple[tuple[str, Parameters], ...]
    member: tuple[str, str]
    seen: Seen
    protocol: str | None = None


@dataclass(frozen=True)
class Attempt:
    """One prize, one forbidden call; from these, vectors make their requests."""

    prize: Prize
    operation: str
    parameters: Mapping[str, Any]

    def honest(self, note: str = "hello") -> Wire:
        operation, parameters = self.prize.honest
        return serialized(self.prize.service, operation, parameters(note), self.prize.protocol)

    @property
    def idle(self) -> Wire:
        operation, parameters = self.prize.idle
        return serialized(self.prize.service, operation, parameters, self.prize.protocol)

    @property
    def forbidden(self) -> Wire:
        return serialized(self.prize.service, self.operation, self.parameters, self.prize.protocol)

    @property
    def pairs(self) -> dict[str, str]:
        """The forbidden call as the pairs of a form."""
        wire = self.forbidden
        if wire.header("content-type").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(wire.body.decode()))
        flat = {name: value if isinstance(value, str) else json.dumps(value) for name, value in self.parameters.items()}
        return {"Action": self.operation, **flat}

    @property
    def form(self) -> str:
        return form(self.pairs)

    @property
    def bare_form(self) -> str:
        """The form without percent-encoding where a parser would take it as it is."""
        return "&".join(f"{name}={value}" for name, value in self.pairs.items())

    def __str__(self) -> str:
        return f"{self.prize.name}-{self.operation}"


Worlds = dict[str, tuple[Account, User]]
"""By the names of the prizes, what `attacker` gave, for as long as nothing of the prize was taken there."""


def world_of(prize: Prize, worlds: Worlds) -> tuple[Account, User]:
    """What `attacker` gives, of those before or anew. Who took nothing there puts it back."""
    return worlds.pop(prize.name) if prize.name in worlds else attacker(Lab(seed=5), prize)


def attacker(lab: Lab, prize: Prize) -> tuple[Account, User]:
    """The account in which there is something to take, and somebody who may not take it."""
    home = lab.account("home", HOME)
    prize.set_up(home)
    work, idle = prize.allowed
    allowed = [*only(work, resource=prize.resource)["Statement"], *only(idle)["Statement"]]
    return home, home.user("mallory", {"Version": "2012-10-17", "Statement": allowed})


def _url(name: str) -> str:
    return f"https://sqs.us-east-1.amazonaws.com/{HOME}/{name}"


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:us-east-1:{HOME}:{rest}"


def _queues(home: Account) -> None:
    sqs = administrator(home, "sqs")
    urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("mine", "theirs")]
    sqs.send_message(QueueUrl=urls[1], MessageBody=SECRET)


def _queues_seen(home: Account) -> Any:
    sqs = administrator(home, "sqs")
    urls = sqs.list_queues().get("QueueUrls", [])
    counted = [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"]
        for url in urls
        if url.endswith("theirs")
    ]
    return urls, counted


def _tables(home: Account) -> None:
    dynamodb = administrator(home, "dynamodb")
    for name in ("mine", "theirs"):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    dynamodb.put_item(TableName="theirs", Item={"id": {"S": "1"}, "text": {"S": SECRET}})


def _tables_seen(home: Account) -> Any:
    dynamodb = administrator(home, "dynamodb")
    names = dynamodb.list_tables()["TableNames"]
    return names, [dynamodb.scan(TableName=name)["Items"] for name in names if name == "theirs"]


def _secrets(home: Account) -> None:
    client = administrator(home, "secretsmanager")
    client.create_secret(Name="mine", SecretString="nothing")
    client.create_secret(Name="theirs", SecretString=SECRET)


def _secrets_seen(home: Account) -> Any:
    client = administrator(home, "secretsmanager")
    names = [each["Name"] for each in client.list_secrets()["SecretList"]]
    return names, [client.get_secret_value(SecretId=name)["SecretString"] for name in names if name == "theirs"]


def _parameters(home: Account) -> None:
    ssm = administrator(home, "ssm")
    ssm.put_parameter(Name="/mine", Value="nothing", Type="String")
    ssm.put_parameter(Name="/theirs", Value=SECRET, Type="String")


def _parameters_seen(home: Account) -> Any:
    return [
        (each["Name"], each["Value"])
        for each in administrator(home, "ssm").get_parameters_by_path(Path="/", Recursive=True)["Parameters"]
        if each["Name"] != "/mine"
    ]


def _keys(home: Account) -> None:
    kms = administrator(home, "kms")
    for name in ("mine", "theirs"):
        key = kms.create_key(Description=name)["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key)


def _keys_seen(home: Account) -> Any:
    kms = administrator(home, "kms")
    aliases = {each["AliasName"] for each in kms.list_aliases()["Aliases"]}
    keys = [kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"] for each in kms.list_keys()["Keys"]]
    states = [(each["KeyState"], each["Enabled"]) for each in keys if each["Description"] == "theirs"]
    return "alias/theirs" in aliases, states


def _rules(home: Account) -> None:
    events = administrator(home, "events")
    events.put_rule(Name="theirs", ScheduleExpression="rate(1 hour)", State="ENABLED")
    for name in ("mine", "other"):
        events.create_event_bus(Name=name)


def _rules_seen(home: Account) -> Any:
    events = administrator(home, "events")
    return (
        [(each["Name"], each["State"]) for each in events.list_rules()["Rules"]],
        [each["Name"] for each in events.list_event_buses()["EventBuses"]],
    )


def _logs(home: Account) -> None:
    logs = administrator(home, "logs")
    for name in ("mine", "theirs"):
        logs.create_log_group(logGroupName=name)
        logs.create_log_stream(logGroupName=name, logStreamName="stream")
    logs.put_log_events(
        logGroupName="theirs",
        logStreamName="stream",
        logEvents=[{"timestamp": int(home._lab.clock.now().timestamp() * 1000), "message": SECRET}],
    )


def _logs_seen(home: Account) -> Any:
    logs = administrator(home, "logs")
    names = [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]]
    messages = [
        [event["message"] for event in logs.filter_log_events(logGroupName=name)["events"]]
        for name in names
        if name == "theirs"
    ]
    return names, messages


def _repositories(home: Account) -> None:
    for name in ("mine", "theirs"):
        administrator(home, "ecr").create_repository(repositoryName=name)


def _repositories_seen(home: Account) -> Any:
    return [each["repositoryName"] for each in administrator(home, "ecr").describe_repositories()["repositories"]]


def _trails(home: Account) -> None:
    home.bucket("trail-of-home")
    trails = administrator(home, "cloudtrail")
    for name in ("mine", "theirs"):
        trails.create_trail(Name=name, S3BucketName="trail-of-home")
        trails.start_logging(Name=name)


def _trails_seen(home: Account) -> Any:
    trails = administrator(home, "cloudtrail")
    names = [each["Name"] for each in trails.describe_trails()["trailList"]]
    return names, [trails.get_trail_status(Name=name)["IsLogging"] for name in names]


def _organization(home: Account) -> None:
    organizations = administrator(home, "organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.create_policy(Content=ALLOW_ALL, Description="theirs", Name="theirs", Type="SERVICE_CONTROL_POLICY")


def _organization_seen(home: Account) -> Any:
    organizations = administrator(home, "organizations")
    try:
        listed = organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
    except organizations.exceptions.AWSOrganizationsNotInUseException:
        return "gone"
    return [each["Name"] for each in listed if each["Name"] != "mine"]


def _dashboards(home: Account) -> None:
    client = administrator(home, "cloudwatch")
    for name in ("mine", "theirs"):
        client.put_dashboard(DashboardName=name, DashboardBody="{}")


def _dashboards_seen(home: Account) -> Any:
    client = administrator(home, "cloudwatch")
    names = [each["DashboardName"] for each in client.list_dashboards()["DashboardEntries"]]
    return names, [client.get_dashboard(DashboardName=name)["DashboardBody"] for name in names if name == "theirs"]


def _users(home: Account) -> None:
    iam = administrator(home, "iam")
    for name in ("mine", "theirs"):
        iam.create_user(UserName=name)


def _users_seen(home: Account) -> Any:
    iam = administrator(home, "iam")
    names = [each["UserName"] for each in iam.list_users()["Users"]]
    return [
        (
            name,
            iam.list_user_policies(UserName=name)["PolicyNames"],
            len(iam.list_access_keys(UserName=name)["AccessKeyMetadata"]),
            iam.list_user_tags(UserName=name)["Tags"] if name != "mine" else "",
        )
        for name in names
    ]


def _topics(home: Account) -> None:
    for name in ("mine", "theirs"):
        administrator(home, "sns").create_topic(Name=name)


def _topics_seen(home: Account) -> Any:
    sns = administrator(home, "sns")
    arns = [each["TopicArn"] for each in sns.list_topics()["Topics"]]
    return [
        (
            arn,
            sns.get_topic_attributes(TopicArn=arn)["Attributes"].get("Policy"),
            sns.list_tags_for_resource(ResourceArn=arn)["Tags"],
        )
        for arn in arns
        if not arn.endswith(":mine")
    ]


def _role(home: Account) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": HOME}, "Action": "sts:AssumeRole"}],
    }
    home.role("theirs", trust, only("*"))
    home.role("mine", trust, only("s3:ListAllMyBuckets"))


def _role_seen(home: Account) -> Any:
    return [each["RoleName"] for each in administrator(home, "iam").list_roles()["Roles"]]


def _groups(home: Account) -> None:
    ec2 = administrator(home, "ec2")
    for name in ("mine", "theirs"):
        ec2.create_security_group(GroupName=name, Description=name)
        ec2.create_key_pair(KeyName=name)


def _groups_seen(home: Account) -> Any:
    ec2 = administrator(home, "ec2")
    return (
        [(each["GroupName"], each.get("Tags")) for each in ec2.describe_security_groups()["SecurityGroups"]],
        [
            (each["KeyName"], each.get("Tags"))
            for each in ec2.describe_key_pairs()["KeyPairs"]
            if each["KeyName"] != "mine"
        ],
    )


def _functions(home: Account) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = home.role("runs", trust)
    for name in ("mine", "theirs"):
        administrator(home, "lambda").create_function(
            FunctionName=name,
            Role=role.arn,
            Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
            Runtime="python3.13",
            Handler="a.b",
            Description=name,
        )


def _functions_seen(home: Account) -> Any:
    return sorted(
        (each["FunctionName"], each["Description"])
        for each in administrator(home, "lambda").list_functions()["Functions"]
        if each["FunctionName"] != "mine"
    )


def _contacts(home: Account) -> None:
    for kind in ("BILLING", "SECURITY"):
        administrator(home, "account").put_alternate_contact(
            AlternateContactType=kind, EmailAddress="a@example.com", Name="A", PhoneNumber="1", Title="theirs"
        )


def _contacts_seen(home: Account) -> Any:
    client = administrator(home, "account")
    try:
        return client.get_alternate_contact(AlternateContactType="SECURITY")["AlternateContact"]
    except client.exceptions.ResourceNotFoundException:
        return "gone"


def _event(note: str) -> str:
    return json.dumps({"x": note})


PRIZES = [
    Prize(
        "sqs",
        "sqs",
        _queues,
        ("sqs:SendMessage", "sqs:ListQueues"),
        _arn("sqs", "mine"),
        ("SendMessage", lambda note: {"QueueUrl": _url("mine"), "MessageBody": note}),
        ("ListQueues", {}),
        (("DeleteQueue", {"QueueUrl": _url("theirs")}), ("ReceiveMessage", {"QueueUrl": _url("theirs")})),
        ("QueueUrl", _url("theirs")),
        _queues_seen,
    ),
    Prize(
        "sqs in the query protocol",
        "sqs",
        _queues,
        ("sqs:SendMessage", "sqs:ListQueues"),
        _arn("sqs", "mine"),
        ("SendMessage", lambda note: {"QueueUrl": _url("mine"), "MessageBody": note}),
        ("ListQueues", {}),
        (("DeleteQueue", {"QueueUrl": _url("theirs")}), ("ReceiveMessage", {"QueueUrl": _url("theirs")})),
        ("QueueUrl", _url("theirs")),
        _queues_seen,
        "query",
    ),
    Prize(
        "dynamodb",
        "dynamodb",
        _tables,
        ("dynamodb:PutItem", "dynamodb:ListTables"),
        _arn("dynamodb", "table/mine"),
        ("PutItem", lambda note: {"TableName": "mine", "Item": {"id": {"S": note}}}),
        ("ListTables", {}),
        (("DeleteTable", {"TableName": "theirs"}), ("Scan", {"TableName": "theirs"})),
        ("TableName", "theirs"),
        _tables_seen,
    ),
    Prize(
        "secretsmanager",
        "secretsmanager",
        _secrets,
        ("secretsmanager:PutSecretValue", "secretsmanager:ListSecrets"),
        _arn("secretsmanager", "secret:mine-*"),
        ("PutSecretValue", lambda note: {"SecretId": "mine", "SecretString": note}),
        ("ListSecrets", {}),
        (("DeleteSecret", {"SecretId": "theirs"}), ("GetSecretValue", {"SecretId": "theirs"})),
        ("SecretId", "theirs"),
        _secrets_seen,
    ),
    Prize(
        "ssm",
        "ssm",
        _parameters,
        ("ssm:PutParameter", "ssm:DescribeParameters"),
        _arn("ssm", "parameter/mine"),
        ("PutParameter", lambda note: {"Name": "/mine", "Value": note, "Type": "String", "Overwrite": True}),
        ("DescribeParameters", {}),
        (("DeleteParameter", {"Name": "/theirs"}), ("GetParameter", {"Name": "/theirs"})),
        ("Name", "/theirs"),
        _parameters_seen,
    ),
    Prize(
        "kms",
        "kms",
        _keys,
        ("kms:CreateKey", "kms:ListAliases"),
        "*",
        ("CreateKey", lambda note: {"Description": note}),
        ("ListAliases", {}),
        (("DeleteAlias", {"AliasName": "alias/theirs"}),),
        ("KeyId", "alias/theirs"),
        _keys_seen,
    ),
    Prize(
        "events",
        "events",
        _rules,
        ("events:PutEvents", "events:ListRules"),
        _arn("events", "event-bus/mine"),
        (
            "PutEvents",
            lambda note: {
                "Entries": [{"Source": "me", "DetailType": "t", "Detail": _event(note), "EventBusName": "mine"}]
            },
        ),
        ("ListRules", {}),
        (("DeleteRule", {"Name": "theirs"}), ("DeleteEventBus", {"Name": "other"})),
        ("EventBusName", "other"),
        _rules_seen,
    ),
    Prize(
        "logs",
        "logs",
        _logs,
        ("logs:PutLogEvents", "logs:DescribeLogGroups"),
        _arn("logs", "log-group:mine:*"),
        (
            "PutLogEvents",
            lambda note: {
                "logGroupName": "mine",
                "logStreamName": "stream",
                "logEvents": [{"timestamp": 1_800_000_000_000, "message": note}],
            },
        ),
        ("DescribeLogGroups", {}),
        (("DeleteLogGroup", {"logGroupName": "theirs"}), ("FilterLogEvents", {"logGroupName": "theirs"})),
        ("logGroupName", "theirs"),
        _logs_seen,
    ),
    Prize(
        "ecr",
        "ecr",
        _repositories,
        ("ecr:DescribeImages", "ecr:DescribeRegistry"),
        "*",
        ("DescribeImages", lambda note: {"repositoryName": "mine", "imageIds": [{"imageTag": note}]}),
        ("DescribeRegistry", {}),
        (("DeleteRepository", {"repositoryName": "theirs"}),),
        ("repositoryName", "theirs"),
        _repositories_seen,
    ),
    Prize(
        "cloudtrail",
        "cloudtrail",
        _trails,
        ("cloudtrail:AddTags", "cloudtrail:DescribeTrails"),
        "*",
        (
            "AddTags",
            lambda note: {"ResourceId": _arn("cloudtrail", "trail/mine"), "TagsList": [{"Key": "k", "Value": note}]},
        ),
        ("DescribeTrails", {}),
        (("DeleteTrail", {"Name": "theirs"}), ("StopLogging", {"Name": "theirs"})),
        ("ResourceId", _arn("cloudtrail", "trail/theirs")),
        _trails_seen,
    ),
    Prize(
        "organizations",
        "organizations",
        _organization,
        ("organizations:CreatePolicy", "organizations:DescribeOrganization"),
        "*",
        (
            "CreatePolicy",
            lambda note: {"Content": ALLOW_ALL, "Description": note, "Name": "mine", "Type": "SERVICE_CONTROL_POLICY"},
        ),
        ("DescribeOrganization", {}),
        (("DeleteOrganization", {}),),
        ("Name", "theirs"),
        _organization_seen,
    ),
    *(
        Prize(
            f"cloudwatch in {protocol}",
            "cloudwatch",
            _dashboards,
            ("cloudwatch:PutDashboard", "cloudwatch:ListDashboards"),
            f"arn:aws:cloudwatch::{HOME}:dashboard/mine",
            ("PutDashboard", lambda note: {"DashboardName": "mine", "DashboardBody": _event(note)}),
            ("ListDashboards", {}),
            (("DeleteDashboards", {"DashboardNames": ["theirs"]}),),
            ("DashboardName", "theirs"),
            _dashboards_seen,
            protocol,
        )
        for protocol in ("query", "json")
    ),
    Prize(
        "iam",
        "iam",
        _users,
        ("iam:TagUser", "iam:ListUsers"),
        f"arn:aws:iam::{HOME}:user/mine",
        ("TagUser", lambda note: {"UserName": "mine", "Tags": [{"Key": "k", "Value": note}]}),
        ("ListUsers", {}),
        (
            ("PutUserPolicy", {"UserName": "mallory", "PolicyName": "all", "PolicyDocument": ALLOW_ALL}),
            ("CreateAccessKey", {"UserName": "theirs"}),
        ),
        ("UserName", "theirs"),
        _users_seen,
    ),
    Prize(
        "sns",
        "sns",
        _topics,
        ("sns:TagResource", "sns:ListTopics"),
        _arn("sns", "mine"),
        ("TagResource", lambda note: {"ResourceArn": _arn("sns", "mine"), "Tags": [{"Key": "k", "Value": note}]}),
        ("ListTopics", {}),
        (("DeleteTopic", {"TopicArn": _arn("sns", "theirs")}),),
        ("ResourceArn", _arn("sns", "theirs")),
        _topics_seen,
    ),
    Prize(
        "ec2",
        "ec2",
        _groups,
        ("ec2:CreateTags", "ec2:DescribeVpcs"),
        "*",
        ("CreateTags", lambda note: {"Resources": ["sg-00000000000000000"], "Tags": [{"Key": "k", "Value": note}]}),
        ("DescribeVpcs", {}),
        (("DeleteKeyPair", {"KeyName": "theirs"}), ("DeleteSecurityGroup", {"GroupName": "theirs"})),
        ("KeyName", "theirs"),
        _groups_seen,
    ),
    Prize(
        "lambda",
        "lambda",
        _functions,
        ("lambda:UpdateFunctionConfiguration", "lambda:ListFunctions"),
        _arn("lambda", "function:mine"),
        ("UpdateFunctionConfiguration", lambda note: {"FunctionName": "mine", "Description": note}),
        ("ListFunctions", {}),
        (
            ("DeleteFunction", {"FunctionName": "theirs"}),
            ("UpdateFunctionConfiguration", {"FunctionName": "theirs", "Description": "taken"}),
        ),
        ("FunctionName", "theirs"),
        _functions_seen,
    ),
    Prize(
        "account",
        "account",
        _contacts,
        ("account:PutAlternateContact", "account:ListRegions"),
        "*",
        (
            "PutAlternateContact",
            lambda note: {
                "AlternateContactType": "BILLING",
                "EmailAddress": "a@example.com",
                "Name": "A",
                "PhoneNumber": "1",
                "Title": note,
            },
        ),
        ("ListRegions", {}),
        (("DeleteAlternateContact", {"AlternateContactType": "SECURITY"}),),
        ("AccountId", "222222222222"),
        _contacts_seen,
    ),
]

ATTEMPTS = [Attempt(prize, *forbidden) for prize in PRIZES for forbidden in prize.forbidden]
