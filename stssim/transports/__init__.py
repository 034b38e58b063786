"""The ways in: boto3 in the same process, and HTTP for every SDK and the AWS CLI."""
