"""Terraform and its AWS provider against a served Lab, by the recipe in the README: what a person would write."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from stssim import Lab
from stssim.clock import Clock
from stssim.lab.handles import User
from tests.mutations import ALLOW_ALL
from tests.through import Servers

ROOT = Path(__file__).resolve().parents[2]
PROVIDER = Path("registry.terraform.io", "hashicorp", "aws")
SHARED = [Path.home() / ".terraform.d" / "plugins", Path("/usr/local/share/terraform/plugins")]
MIRRORS = [*SHARED, Path("/usr/share/terraform/plugins"), *sorted(Path("/opt").glob("*"))]
"""Where Terraform looks for providers on a disk, and where a machine that has no network may have them instead."""

INFRASTRUCTURE = """
data "aws_caller_identity" "root" {}

data "aws_caller_identity" "auditor" {
  provider = aws.auditor
}

resource "aws_iam_user" "alice" {
  name          = "alice"
  path          = "/people/"
  force_destroy = true
  tags          = { team = "shop" }
}

resource "aws_iam_access_key" "alice" {
  user = aws_iam_user.alice.name
}

resource "aws_iam_user_policy" "alice" {
  name   = "assume-roles"
  user   = aws_iam_user.alice.name
  policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_virtual_mfa_device" "alice" {
  virtual_mfa_device_name = "alice"
  tags                    = { kind = "phone" }
}

resource "aws_iam_group" "people" {
  name = "people"
}

resource "aws_iam_user_group_membership" "alice" {
  user   = aws_iam_user.alice.name
  groups = [aws_iam_group.people.name]
}

resource "aws_iam_group_policy_attachment" "people" {
  group      = aws_iam_group.people.name
  policy_arn = "arn:aws:iam::aws:policy/IAMUserChangePassword"
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions   = ["sts:AssumeRole"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.alice.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = ["cust-42+b=c/d"]
    }
  }
}

resource "aws_iam_role" "audit" {
  name                 = "Audit"
  description          = "Reads reports: 100% & more"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 7200
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { project = "sts course" }
}

resource "aws_iam_policy" "boundary" {
  name   = "Boundary"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:*", "sts:*"], Resource = "*" }]
  })
}

resource "aws_iam_policy" "read" {
  name        = "ReadReports"
  path        = "/shop/"
  description = "Read the reports"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Read"
      Effect    = "Allow"
      Action    = ["s3:GetObject", "s3:ListBucket"]
      Resource  = [aws_s3_bucket.reports.arn, "${aws_s3_bucket.reports.arn}/*"]
      Condition = { StringNotLike = { "aws:userid" = ["*:a+b=c@d", "*:50%25 ü"] } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "audit" {
  role       = aws_iam_role.audit.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy" "audit" {
  name   = "list"
  role   = aws_iam_role.audit.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }]
  })
}

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://token.actions.githubusercontent.com"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["6938fd4d98bab03faadb97b34396831e3780aea1"]
  tags            = { kind = "ci" }
}

resource "aws_iam_role" "ci" {
  name = "ci"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.ci.arn }
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:example/shop:ref:refs/heads/*" }
      }
    }]
  })
}

resource "aws_s3_bucket" "reports" {
  bucket        = "example-reports"
  force_destroy = true
  tags          = { kind = "reports" }
}

resource "aws_s3_bucket_versioning" "reports" {
  bucket = aws_s3_bucket.reports.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "reports" {
  bucket                  = aws_s3_bucket.reports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "reports" {
  bucket = aws_s3_bucket.reports.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.reports.arn}/*"
      Principal = { AWS = aws_iam_role.audit.arn }
    }]
  })
}

resource "aws_s3_object" "report" {
  provider     = aws.auditor
  bucket       = aws_s3_bucket.reports.id
  key          = "2026/q1 report.txt"
  content      = "first quarter"
  content_type = "text/plain"
  tags         = { quarter = "1" }
}

output "root" {
  value = data.aws_caller_identity.root.arn
}

output "auditor" {
  value = data.aws_caller_identity.auditor.arn
}

output "key" {
  value     = [aws_iam_access_key.alice.id, aws_iam_access_key.alice.secret]
  sensitive = true
}
"""


@dataclass(frozen=True)
class Terraform:
    """One working directory, and nothing of the machine's own but the two programs."""

    folder: Path

    def run(self, *arguments: str, expect: int = 0) -> str:
        settings = {
            "AWS_EC2_METADATA_DISABLED": "true",
            "CHECKPOINT_DISABLE": "1",
            "HOME": str(self.folder),
            "PATH": os.environ.get("PATH", ""),
            "TF_CLI_CONFIG_FILE": str(self.folder / "terraform.rc"),
            "TF_IN_AUTOMATION": "1",
        }
        done = subprocess.run(
            ["terraform", *arguments, "-no-color"],
            capture_output=True, text=True, timeout=300, env=settings, cwd=self.folder, check=False,
        )  # fmt: skip
        assert done.returncode == expect, done.stdout[-4000:] + done.stderr
        return done.stdout


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    if shutil.which("terraform") is None:
        pytest.skip("There is no Terraform on this machine.")
    mirror = next((place for place in MIRRORS if (place / PROVIDER).is_dir()), None)
    if mirror is None:
        pytest.skip("Terraform's AWS provider is not on this machine; `terraform providers mirror` puts it on a disk.")
    (tmp_path / "terraform.rc").write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )
    return Terraform(tmp_path)


@pytest.fixture
def lab() -> Lab:
    return Lab(seed=5, clock=Clock.running())


@pytest.fixture
def url(lab: Lab, servers: Servers) -> Iterator[str]:
    with servers.serving(lab) as url:
        yield url


def recipe(url: str) -> str:
    """The provider block in the README, for this server."""
    block: str
    (block,) = re.findall(r"```hcl\n(.+?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert "http://127.0.0.1:4570" in block
    return block.replace("http://127.0.0.1:4570", url)


def assuming(role: str, user: User, block: str) -> str:
    """The same provider once more, which assumes a role with a user's keys. (Root users may not assume roles.)"""
    key_id, secret, _ = user._keys
    settings = f'alias = "auditor"\n  assume_role {{\n    role_arn     = "{role}"\n    session_name = "terraform"\n  }}'
    signing = block.replace('"111111111111"', f'"{key_id}"').replace('"test"', f'"{secret}"')
    return signing.replace('provider "aws" {', f'provider "aws" {{\n  {settings}', 1)


def test_the_recipe_is_applied_has_nothing_to_change_and_is_destroyed(lab: Lab, url: str, terraform: Terraform) -> None:
    company = lab.account("company")
    operator = company.user("operator", ALLOW_ALL)
    statement = {"Effect": "Allow", "Principal": {"AWS": operator.arn}, "Action": "sts:AssumeRole"}
    auditor = company.role("Auditor", {"Version": "2012-10-17", "Statement": [statement]}, ALLOW_ALL)
    block = recipe(url)
    required = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
    (terraform.folder / "main.tf").write_text(
        required + block + assuming(auditor.arn, operator, block) + INFRASTRUCTURE
    )
    terraform.run("init")

    terraform.run("apply", "-auto-approve")

    said: dict[str, Any] = {name: each["value"] for name, each in json.loads(terraform.run("output", "-json")).items()}
    assert said["root"] == company.arn
    assert said["auditor"] == f"arn:aws:sts::{company.number}:assumed-role/Auditor/terraform"
    key_id, secret = said["key"]
    alice = boto3.client("sts", "us-east-1", endpoint_url=url, aws_access_key_id=key_id, aws_secret_access_key=secret)
    role = f"arn:aws:iam::{company.number}:role/Audit"
    session = lab.session(alice.assume_role(RoleArn=role, RoleSessionName="audit", ExternalId="cust-42+b=c/d"))
    got = session.client("s3").get_object(Bucket="example-reports", Key="2026/q1 report.txt")
    assert got["Body"].read() == b"first quarter"

    terraform.run("plan", "-detailed-exitcode", expect=0)  # 2 would be: there is something to change

    terraform.run("destroy", "-auto-approve")
    iam, s3 = company.client("iam"), company.client("s3")
    assert [role["RoleName"] for role in iam.list_roles()["Roles"]] == ["Auditor"]
    assert [user["UserName"] for user in iam.list_users()["Users"]] == ["operator"]
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    assert s3.list_buckets()["Buckets"] == []
