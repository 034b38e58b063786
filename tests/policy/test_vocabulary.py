"""Actions and condition keys that AWS documents."""

from stssim.policy import vocabulary as catalogue


def test_a_pattern_stands_for_the_actions_it_takes() -> None:
    assert catalogue.actions("STS:assumerole*") == [
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
    ]
    assert catalogue.actions("sts:Nope") == []
    assert catalogue.actions("nope:*") == []


def test_an_action_has_its_own_keys_and_those_of_its_resources() -> None:
    assert "sts:ExternalId" in catalogue.keys_of_action("sts:AssumeRole")
    assert "sts:ExternalId" not in catalogue.keys_of_action("sts:AssumeRoleWithSAML")
    assert "ec2:InstanceType" in catalogue.keys_of_action("ec2:RunInstances")


def test_a_key_exists_whatever_the_case_of_its_name_and_whatever_the_tag() -> None:
    assert catalogue.key_exists("AWS:SourceIP", ())
    assert catalogue.key_exists("aws:principaltag/a/b", ())
    assert catalogue.key_exists("s3:ExistingObjectTag/a", {"s3:ExistingObjectTag/<key>"})
    assert catalogue.key_exists("iam:ResourceTag/a", {"iam:ResourceTag/${TagKey}"})
    assert not catalogue.key_exists("aws:PrincipalTag", ())
    assert not catalogue.key_exists("sts:ExternalId", ())


def test_what_may_be_meant_is_a_name_much_like_it() -> None:
    assert catalogue.nearest_action("sts:AsumeRole") == "sts:AssumeRole"
    assert catalogue.nearest_action("st:AssumeRole") == "sts:AssumeRole"
    assert catalogue.nearest_action("sts:Zzz") is None
    assert catalogue.nearest_key("aws:SourceARN", ()) == "aws:SourceArn"
    assert catalogue.nearest_key("sts:ExternalID", catalogue.keys_of_services(["sts"])) == "sts:ExternalId"
    assert catalogue.nearest_key("zzz", ()) is None
