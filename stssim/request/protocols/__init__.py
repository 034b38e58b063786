"""One module a protocol: what was sent becomes an operation's parameters, under botocore's names and types."""


class UnknownOperation(Exception):
    """Raised for a request that asks for a service or an operation that there is not."""


class UnreadableUri(ValueError):
    """Raised for a path or a query that is not UTF-8."""
