"""AWS's services as people call them."""

SERVICE_NAMES = {
    "sts": "STS",
    "s3": "S3",
    "iam": "IAM",
    "iam-toolbox": "IAM Toolbox",
    "sqs": "SQS",
    "sns": "SNS",
    "kms": "KMS",
    "lambda": "Lambda",
    "secretsmanager": "Secrets Manager",
    "dynamodb": "DynamoDB",
    "ecr": "ECR",
    "organizations": "Organizations",
    "ssm": "Systems Manager",
    "ec2": "EC2",
    "cloudtrail": "CloudTrail",
    "monitoring": "CloudWatch",
}
