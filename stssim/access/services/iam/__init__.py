"""IAM as AWS has it: unique ids, trust policies, boundaries, identity providers, MFA devices."""
