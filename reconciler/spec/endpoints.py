"""Which hosts a credential may go to.

A pull request can change a spec, but not the pipeline's environment. So a spec names an endpoint, and
hosts beyond the vendors' own come from the caller. The check is a whitelist over a narrow grammar:
what is not spelt in the plainest way is refused, because two URL parsers may read it differently.
"""

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address

from reconciler.errors import UsageError
from reconciler.records import Struct
from reconciler.spec.scalars import Malformed, shown

SANDBOX = "sandbox"
VENDOR_HOSTS = ("api.streamkap.com", "*.confluent.cloud")

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = rf"{_LABEL}(?:\.{_LABEL})*"
_ENTRY = re.compile(rf"(?:\*\.)?{_NAME}")
_URL = re.compile(rf"(https?)://({_NAME}|\[[0-9a-f:]{{2,39}}\])(?::([0-9]{{1,5}}))?/?")
_LOOPBACK = IPv4Network("127.0.0.0/8")
_URL_ADVICE = (
    "write `sandbox`, or scheme and lower-case host only, such as https://api.streamkap.com"
)
_HIGHEST_PORT = 65535


class Hosts(Struct, frozen=True):
    """Hosts that a credential may go to.

    Attributes:
        exact: Names and addresses.
        suffixes: Ends of names, each beginning with a dot.
    """

    exact: frozenset[str]
    suffixes: tuple[str, ...]

    def allows(self, host: str) -> bool:
        """Whether the host is one of these; both sides are in lower case."""
        return host in self.exact or any(
            host.endswith(suffix) and len(host) > len(suffix) for suffix in self.suffixes
        )


def hosts_of(allowed: Sequence[str]) -> Hosts:
    """The vendors' hosts and the caller's.

    Args:
        allowed: Exact hosts, or `*.suffix`; blank entries are skipped.

    Raises:
        UsageError: An entry is neither.
    """
    exact: set[str] = set()
    suffixes: list[str] = []
    for entry in (*VENDOR_HOSTS, *(text.strip().lower() for text in allowed)):
        if not entry:
            continue
        address = _ipv6(entry.strip("[]"))
        if address is not None:
            exact.add(str(address))
        elif not _ENTRY.fullmatch(entry):
            raise UsageError(
                f"allowed host '{entry}' is not a host; "
                "write a name such as proxy.example.net, or *.example.net, without scheme and port"
            )
        elif entry.startswith("*."):
            suffixes.append(entry[1:])
        else:
            exact.add(entry)
    return Hosts(frozenset(exact), tuple(suffixes))


def parse_endpoint(value: str, hosts: Hosts) -> str:
    """The endpoint of a connection, if a credential may go there.

    Args:
        value: `sandbox`, or a URL of scheme, host and at most a port.
        hosts: The hosts beside loopback that are allowed.

    Returns:
        The endpoint without a slash at the end.

    Raises:
        Malformed: It is something else, or leads to a host that is not allowed.
    """
    if value == SANDBOX:
        return value
    match = _URL.fullmatch(value)
    if match is None:
        raise _not_an_endpoint(value)
    scheme, host, port = match[1], match[2].strip("[]"), match[3]
    if port is not None and not 0 < int(port) <= _HIGHEST_PORT:
        raise Malformed(f"there is no port {port}", f"write a port from 1 to {_HIGHEST_PORT}")
    if match[2].startswith("["):
        address = _ipv6(host)
        if address is None:
            raise Malformed(f"{shown(match[2])} is not an IPv6 address", _URL_ADVICE)
        host = str(address)
    if not _is_loopback(host):
        _require_allowed(scheme, host, hosts)
    return value.rstrip("/")


def _not_an_endpoint(value: str) -> Malformed:
    """Why a text is no endpoint. A URL with user info holds a password, so it is not quoted."""
    if "@" in value:
        return Malformed(
            "a URL with user information may hold a secret and is refused (it is not shown here)",
            "give the credential under `auth`, and scheme and host only here",
        )
    rest = value.split("://", 1)[-1].rstrip("/")
    if any(sign in rest for sign in "/?#"):
        return Malformed(
            "expected scheme and host only",
            "leave out path, query and fragment; a path goes into `basePath` (Confluent only)",
        )
    return Malformed(f"expected an endpoint, got {shown(value)}", _URL_ADVICE)


def _require_allowed(scheme: str, host: str, hosts: Hosts) -> None:
    """Refuse a host that is not loopback unless it is allowed and spoken to over TLS."""
    if not hosts.allows(host):
        raise Malformed(
            f"no credential may go to the host {shown(host)}",
            "use the vendor's own host, or have the pipeline add it to RECONCILER_ALLOWED_HOSTS",
        )
    if scheme != "https":
        raise Malformed(
            f"plain http to {shown(host)} would show the credential to the network",
            "write https; http is for loopback only",
        )


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine, judged by its spelling alone."""
    if host in {"localhost", "::1"}:
        return True
    try:
        return IPv4Address(host) in _LOOPBACK
    except AddressValueError:
        return False


def _ipv6(text: str) -> IPv6Address | None:
    """The address that a text is, if it is one."""
    if ":" not in text:
        return None
    try:
        return IPv6Address(text)
    except AddressValueError:
        return None
