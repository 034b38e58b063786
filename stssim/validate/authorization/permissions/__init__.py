"""What each service's operations need: operation and parameters become IAM actions on resources."""
