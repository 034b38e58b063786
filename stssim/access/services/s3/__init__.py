"""S3 as AWS has it: bucket policies, public access, listings."""
