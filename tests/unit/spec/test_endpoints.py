"""Where a credential may go: what is not plainly allowed is refused."""

import pytest

from reconciler.errors import UsageError
from reconciler.spec.endpoints import hosts_of, parse_endpoint
from reconciler.spec.scalars import Malformed

ALLOWED = ["proxy.example.net", "*.corp.example", " Upper.Example ", "", "192.0.2.7", "fd00::1"]

GOOD = [
    ("sandbox", "sandbox"),
    ("https://api.streamkap.com", "https://api.streamkap.com"),
    ("https://api.streamkap.com/", "https://api.streamkap.com"),
    ("https://api.streamkap.com:443", "https://api.streamkap.com:443"),
    ("https://pkc-1.eu.aws.confluent.cloud:443", "https://pkc-1.eu.aws.confluent.cloud:443"),
    ("http://localhost:8080", "http://localhost:8080"),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("http://127.255.0.9", "http://127.255.0.9"),
    ("http://[::1]:8080", "http://[::1]:8080"),
    ("http://[0:0:0:0:0:0:0:1]", "http://[0:0:0:0:0:0:0:1]"),
    ("https://proxy.example.net", "https://proxy.example.net"),
    ("https://a.corp.example", "https://a.corp.example"),
    ("https://a.b.corp.example", "https://a.b.corp.example"),
    ("https://upper.example", "https://upper.example"),
    ("https://192.0.2.7", "https://192.0.2.7"),
    ("https://[fd00::1]", "https://[fd00::1]"),
    ("https://[fd00:0::1]", "https://[fd00:0::1]"),
]


@pytest.mark.parametrize(("text", "expected"), GOOD)
def test_an_allowed_endpoint(text: str, expected: str):
    assert parse_endpoint(text, hosts_of(ALLOWED)) == expected


def no_host(host: str) -> str:
    return f"no credential may go to the host '{host}'"


def no_endpoint(text: str) -> str:
    return f"expected an endpoint, got '{text}'"


USER = "a URL with user information may hold a secret and is refused (it is not shown here)"
JUNK = "expected scheme and host only"
PLAIN = "plain http to '{}' would show the credential to the network"

BAD = [
    ("https://evil.example", no_host("evil.example")),
    ("https://confluent.cloud", no_host("confluent.cloud")),
    ("https://confluent.cloud.evil.example", no_host("confluent.cloud.evil.example")),
    ("https://evilconfluent.cloud", no_host("evilconfluent.cloud")),
    ("https://api.streamkap.com.evil.example", no_host("api.streamkap.com.evil.example")),
    ("https://x.api.streamkap.com", no_host("x.api.streamkap.com")),
    ("https://corp.example", no_host("corp.example")),
    ("https://evil-corp.example", no_host("evil-corp.example")),
    ("http://localhost.evil.example", no_host("localhost.evil.example")),
    ("http://127.0.0.1.evil.example", no_host("127.0.0.1.evil.example")),
    ("http://10.0.0.1", no_host("10.0.0.1")),
    ("http://169.254.169.254", no_host("169.254.169.254")),
    ("http://127.1", no_host("127.1")),
    ("http://2130706433", no_host("2130706433")),
    ("http://0x7f.0.0.1", no_host("0x7f.0.0.1")),
    ("http://127.0.0.01", no_host("127.0.0.01")),
    ("http://[::2]", no_host("::2")),
    ("http://[::ffff:7f00:1]", no_host("::ffff:7f00:1")),
    ("https://[:::]", "'[:::]' is not an IPv6 address"),
    ("https://[12]", "'[12]' is not an IPv6 address"),
    ("http://api.streamkap.com", PLAIN.format("api.streamkap.com")),
    ("http://pkc.confluent.cloud", PLAIN.format("pkc.confluent.cloud")),
    ("http://proxy.example.net", PLAIN.format("proxy.example.net")),
    ("https://a:hunter2@api.streamkap.com", USER),
    ("https://api.streamkap.com@evil.example", USER),
    ("https://api.streamkap.com\\@evil.example", USER),
    ("https://evil.example#.confluent.cloud", JUNK),
    ("https://evil.example?.confluent.cloud", JUNK),
    ("https://evil.example/.confluent.cloud", JUNK),
    ("https://api.streamkap.com/v1", JUNK),
    ("https://api.streamkap.com/?token=hunter2", JUNK),
    ("//api.streamkap.com", JUNK),
    ("https://api.streamkap.com.", no_endpoint("https://api.streamkap.com.")),
    ("https://API.streamkap.com", no_endpoint("https://API.streamkap.com")),
    ("HTTPS://api.streamkap.com", no_endpoint("HTTPS://api.streamkap.com")),
    ("https://api%2estreamkap.com", no_endpoint("https://api%2estreamkap.com")),
    ("https://\u0430pi.streamkap.com", no_endpoint("https://\u0430pi.streamkap.com")),
    ("https://api\u3002streamkap\u3002com", no_endpoint("https://api\u3002streamkap\u3002com")),
    ("https://.confluent.cloud", no_endpoint("https://.confluent.cloud")),
    ("https://a..confluent.cloud", no_endpoint("https://a..confluent.cloud")),
    ("https://-a.confluent.cloud", no_endpoint("https://-a.confluent.cloud")),
    ("https://a.confluent.cloud\n", no_endpoint("https://a.confluent.cloud\\n")),
    ("https://api.streamkap.com:", no_endpoint("https://api.streamkap.com:")),
    ("https://api.streamkap.com:٤٤٣", no_endpoint("https://api.streamkap.com:٤٤٣")),
    ("https://api.streamkap.com:0", "there is no port 0"),
    ("https://api.streamkap.com:65536", "there is no port 65536"),
    ("ftp://api.streamkap.com", no_endpoint("ftp://api.streamkap.com")),
    ("api.streamkap.com", no_endpoint("api.streamkap.com")),
    ("Sandbox", no_endpoint("Sandbox")),
    ("https://", no_endpoint("https://")),
    ("", no_endpoint("")),
]


@pytest.mark.parametrize(("text", "expected"), BAD)
def test_a_refused_endpoint(text: str, expected: str):
    with pytest.raises(Malformed) as caught:
        parse_endpoint(text, hosts_of(ALLOWED))

    assert caught.value.message == expected


@pytest.mark.parametrize(
    "entry", ["*", "*.", "https://a.example", "a.example:443", "a/b", "a.*.b", ".a"]
)
def test_an_allowed_host_is_a_host(entry: str):
    """A star alone would let a pull request send the credential anywhere."""
    with pytest.raises(UsageError) as caught:
        hosts_of([entry])

    assert str(caught.value) == (
        f"allowed host '{entry}' is not a host; write a name such as proxy.example.net, or "
        "*.example.net, without scheme and port"
    )
