"""Organizations as AWS has it: control policies, invitations, delegated administrators."""
