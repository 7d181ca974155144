"""HTTPS with an authority of one's own, and through a proxy."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.e2e.person import NOW, Person, Ran, settle_down, text_of
from tests.e2e.secure import Proxy, serving_securely
from tests.e2e.served import Served, point_at

MIRRORS = ("--select", "ClusterLink/east-to-west")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A sandbox behind TLS."""
    with serving_securely(tmp_path_factory.mktemp("secure")) as found:
        yield found


@pytest.fixture
def authority(url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate that one has to trust."""
    assert url.startswith("https://")
    return next(tmp_path_factory.getbasetemp().glob("secure*/ca.pem"))


@pytest.fixture
def customer(url: str, tmp_path: Path) -> Person:
    """Somebody whose specs lead to it, and who trusts nobody in particular."""
    person = settle_down(tmp_path / "home")
    point_at(person, Served(url))
    return person


PLANNED = text_of("plan.txt").partition("\nTo carry it out:")[0]


def trust(person: Person, path: Path) -> None:
    """Let both connections trust an authority."""
    person.change(
        "specs/connections.yaml", "  lag: 1s\n", f"  lag: 1s\n  tls: {{caFile: {path}}}\n"
    )


def _planned(ran: Ran) -> str:
    return ran.out.partition("\nTo carry it out:")[0]


def test_who_trusts_the_authority_plans_as_ever(customer: Person, authority: Path) -> None:
    trust(customer, authority)

    ran = customer.run("plan", *NOW)

    assert (ran.code, _planned(ran), ran.err) == (0, PLANNED, "")


@pytest.mark.parametrize("whom", ["nobody", "another"])
def test_a_certificate_that_is_not_trusted_is_one_clear_error(
    whom: str, customer: Person, tmp_path: Path, url: str
) -> None:
    """It is not tried again, and no credential was sent."""
    if whom == "another":
        trustme.CA().cert_pem.write_to_path(tmp_path / "another.pem")
        trust(customer, tmp_path / "another.pem")
    ran = customer.run("plan", *NOW, *MIRRORS, "--format", "json")

    incomplete = ran.json["incomplete"]
    assert isinstance(incomplete, list)
    assert (ran.code, ran.err, len(incomplete)) == (1, "", 1)
    assert re.sub(r" \(_ssl.c:\d+\)", "", incomplete[0]) == (
        f"confluent-demo: GET /kafka/v3/clusters/lkc-abc123/links: no connection to {url}: "
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer "
        "certificate; check endpoint, network, proxy and tls.caFile"
    )


def test_a_file_of_authorities_that_is_none_is_told(customer: Person, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("no certificate")
    trust(customer, tmp_path / "none.pem")
    ran = customer.run("plan", *NOW, *MIRRORS, "--format", "json")

    told = f"caFile: {tmp_path / 'none.pem'} cannot be read as PEM certificates"
    assert ran.code == 1
    assert told in ran.out


def test_a_proxy_is_passed_and_sees_only_where_to(
    customer: Person, authority: Path, url: str
) -> None:
    trust(customer, authority)
    with Proxy() as proxy:
        ran = customer.run("plan", *NOW, env={"HTTPS_PROXY": f"http://{proxy.place}"})

    assert (ran.code, _planned(ran), ran.err) == (0, PLANNED, "")
    assert proxy.targets == {f"CONNECT {url.removeprefix('https://')} HTTP/1.1"}
    assert "Authorization: B" not in "".join(proxy.heads)


def test_a_host_that_needs_no_proxy_is_asked_directly(customer: Person, authority: Path) -> None:
    trust(customer, authority)
    with Proxy() as proxy:
        env = {"HTTPS_PROXY": f"http://{proxy.place}", "NO_PROXY": "127.0.0.1"}
        ran = customer.run("plan", *NOW, *MIRRORS, env=env)

    assert (ran.code, proxy.heads) == (0, [])


def test_a_proxy_that_refuses_is_told_without_its_password(
    customer: Person, authority: Path
) -> None:
    trust(customer, authority)
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with Proxy(refusal) as proxy:
        env = {"HTTPS_PROXY": f"http://bo:hunter2@{proxy.place}"}
        ran = customer.run("plan", *NOW, *MIRRORS, env=env)

    assert ran.code == 1
    assert "the proxy refused the connection" in ran.out
    assert "407 Proxy Authentication Required" in ran.out
    assert "hunter2" not in ran.out + ran.err
