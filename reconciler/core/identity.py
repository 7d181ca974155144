"""Who answers for a connection, as its spec tells it."""

from urllib.parse import urlsplit

from reconciler.model.desired import Connection

_DEFAULT_PATH = "/kafka/v3"
_PORTS = {"http": 80, "https": 443}


def host_of(connection: Connection) -> str:
    """Who answers for a connection, as its provider's `identity` says it without being opened.

    Args:
        connection: What the spec declares.

    Returns:
        The host, with a port that is not the usual one of its scheme; or `sandbox`.
    """
    if connection.is_sandbox:
        return "sandbox"
    parts = urlsplit(connection.endpoint)
    return parts.netloc.removesuffix(f":{_PORTS.get(parts.scheme)}")


def identity_of(connection: Connection) -> str:
    """Who answers, as a plan pins it: host and port, base path, project; never a credential.

    Args:
        connection: What the spec declares.
    """
    host = connection.endpoint
    if not connection.is_sandbox:
        parts = urlsplit(connection.endpoint)
        host = parts.netloc.rpartition("@")[2] + parts.path
    path = connection.base_path
    project = f" project {connection.project}" if connection.project else ""
    return f"{host}{'' if path == _DEFAULT_PATH else path}{project}"
