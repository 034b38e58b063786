"""Who manages the organization that an account belongs to."""

from __future__ import annotations


def management_account(account: str) -> str:
    """The management account of the organization that this one is a member of, else itself."""
    from moto.organizations.models import organizations_backends

    return str(organizations_backends.master_accounts.get(account, (account, ""))[0])
