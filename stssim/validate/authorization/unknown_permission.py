"""An operation whose permissions are not known is refused, never let through."""


class UnknownPermission(Exception):
    """Raised for an operation of which it is not known what permission it needs."""
