"""How far credentials reach: in which Regions, and whether to IAM. Beyond that they are as good as unknown."""

from __future__ import annotations

import re

from stssim.call import Call, Caller
from stssim.cloud import Directory
from stssim.validate.protocol_errors import Fault

_OTHER_PARTITION = re.compile(r"(cn|eusc-de|us-gov|us-iso[bf]?|eu-isoe)-\w+-[0-9]+")
"""The Regions of partitions other than `aws`, as botocore knows them (`data/partitions.json`)."""


def out_of_reach(call: Call, caller: Caller, directory: Directory) -> tuple[Fault, str] | None:
    """The fault of these credentials in this Region and service, and what it is, or None: they are good there.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html: IAM's credentials are
    those of one partition.
    """
    session = caller.session
    if _OTHER_PARTITION.fullmatch(call.region):
        fault: Fault = "unknown key" if session is None else "bad token"
        return fault, f"The Region {call.region} belongs to another partition than these credentials."
    if caller.account:
        status = directory.region_status(caller.account, call.region)
        if status == "DISABLED":
            fault = "unknown key" if session is None else "bad token"
            return fault, f"Account {caller.account} has not opted into the Region {call.region}."
        if status == "ENABLED" and session is not None and session.token_version == 1:
            return "bad token", (
                f"A session token of version 1 is not valid in {call.region}, a Region that has to be opted into."
            )
    if call.service != "iam" or session is None or session.task_policy is not None:
        return None
    if session.kind == "federated-user":
        return "bad token", "A federated user cannot call IAM."
    if session.kind in ("user", "root") and session.mfa_at is None:
        return "bad token", "Credentials from GetSessionToken reach IAM only if they were got with MFA."
    return None
