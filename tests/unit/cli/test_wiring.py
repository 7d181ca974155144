"""Specs to providers: hosts, folders, secrets."""

from contextlib import ExitStack
from pathlib import Path

import anyio
import pytest

from reconciler.cli.clock import SystemClock
from reconciler.cli.secrets import resolve
from reconciler.cli.unready import Unready
from reconciler.cli.wiring import Wiring, allowed_hosts, state_dir
from reconciler.errors import AuthFailed, ProviderError, ReconcilerError, UsageError
from reconciler.model.address import Address, Kind
from reconciler.model.change import Pause
from reconciler.model.desired import Auth, Connection, Origin, ProviderName, SecretRef
from reconciler.model.observed import ObserveRequest
from reconciler.model.outcome import Traffic
from reconciler.providers.protocol import Provider, Purpose
from reconciler.records import replace
from reconciler.sandbox import open_sandbox
from tests.e2e.person import Person, wall

WEST = "https://pkc-1.confluent.cloud"
STREAMKAP = "https://api.streamkap.com"
KEY, SECRET, VOID = SecretRef(env="KEY"), SecretRef(env="SECRET"), SecretRef(env="VOID")


def connection(
    endpoint: str, auth: Auth, vendor: ProviderName = ProviderName.CONFLUENT, ca_file: str = ""
) -> Connection:
    """A connection called west."""
    address = Address(Kind.CONNECTION, "west")
    return Connection(
        address, Origin("specs/c.yaml", 3, 1), vendor, endpoint, auth, ca_file=ca_file
    )


def opened(asked: Connection, directory: Path) -> Provider:
    """The provider of one connection; closed again, since nothing is sent."""
    with ExitStack() as stack:
        provider = Wiring(directory, SystemClock(), stack, [].append).open([asked])["west"]
        anyio.run(provider.aclose)
        return provider


async def _observe(provider: Provider) -> None:
    await provider.observe(ObserveRequest(), Purpose.READS)


async def _topics(provider: Provider) -> None:
    await provider.topics(["a"], Purpose.READS, seen_runs=True)


async def _render(provider: Provider) -> None:
    provider.render(Pause("c", "l", ("t",)))


async def _send(provider: Provider) -> None:
    change = Pause("c", "l", ("t",))
    await provider.send(change, provider.render(change))


def why_unready(provider: Provider) -> str:
    """What a connection that could not be opened says, whatever is asked of it."""
    assert isinstance(provider, Unready)
    told = set()
    for ask in (_observe, _topics, _render, _send):
        with pytest.raises(ProviderError) as caught:
            anyio.run(ask, provider)
        told.add(str(caught.value))
    (reason,) = told
    return reason


@pytest.mark.parametrize(
    ("value", "hosts"),
    [
        ("", ()),
        ("a.example", ("a.example",)),
        ("a.example,b.example  c.example", ("a.example", "b.example", "c.example")),
    ],
)
def test_hosts_are_allowed_by_the_pipeline(
    value: str, hosts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILER_ALLOWED_HOSTS", value)

    assert allowed_hosts() == hosts


@pytest.mark.parametrize(
    ("made", "found"),
    [
        pytest.param((), "a/b/.reconciler", id="nowhere"),
        pytest.param((".reconciler",), ".reconciler", id="upwards"),
        pytest.param(("a/.git",), "a/.reconciler", id="top-of-the-repository"),
        pytest.param((".reconciler", "a/.git"), "a/.reconciler", id="not-beyond-the-repository"),
    ],
)
def test_state_is_found_upwards(
    made: tuple[str, ...], found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    for name in made:
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "a/b")

    assert state_dir(None) == tmp_path / found


def test_a_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    with pytest.raises(UsageError, match="the current folder does not exist any more"):
        state_dir(None)


def test_a_given_state_folder_is_taken() -> None:
    assert state_dir(Path("there")) == Path("there")


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "hush")

    (secret,) = resolve(connection(WEST, Auth()), KEY)

    assert secret.reveal() == "hush"


@pytest.mark.parametrize("held", [b"hush\n", b"\xef\xbb\xbfhush\r\n"])
def test_a_secret_comes_from_a_file_without_the_line_end(held: bytes, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(held)
    reference = SecretRef(file=str(tmp_path / "key"))

    (secret,) = resolve(connection(WEST, Auth()), reference)

    assert secret.reveal() == "hush"


@pytest.mark.parametrize(
    ("references", "told"),
    [
        pytest.param((None, KEY), "a part of `auth` is missing", id="no-reference"),
        pytest.param((KEY,), "environment variable KEY is not set; set KEY", id="unset"),
        pytest.param(
            (KEY, SECRET),
            "environment variables KEY and SECRET are not set; set KEY and SECRET",
            id="both-unset",
        ),
        pytest.param((KEY, KEY), "environment variable KEY is not set; set KEY", id="one-twice"),
        pytest.param(
            (VOID,), "environment variable VOID is empty; give VOID a value", id="empty-variable"
        ),
        pytest.param(
            (VOID, KEY),
            "environment variable KEY is not set, and environment variable VOID is empty; "
            "set KEY, and give VOID a value",
            id="unset-and-empty",
        ),
        pytest.param(
            (SecretRef(file="blank"),),
            "file blank is empty; write the secret to blank",
            id="empty-file",
        ),
        pytest.param(
            (SecretRef(file="none"), KEY),
            "environment variable KEY is not set, and file none cannot be read: no such file or "
            "directory; set KEY, and look at none",
            id="no-file",
        ),
        pytest.param(
            (SecretRef(file="raw"), SecretRef(file=".")),
            "file . cannot be read: is a directory, file raw cannot be read: it is not UTF-8 "
            "text; look at . and raw",
            id="no-text-and-no-file",
        ),
        pytest.param(
            (SecretRef(file="/dev/zero"),),
            "file /dev/zero cannot be read: file too large; look at /dev/zero",
            id="no-end",
        ),
    ],
)
def test_secrets_that_are_not_there_are_told_by_their_places(
    references: tuple[SecretRef | None, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("KEY", raising=False)
    monkeypatch.delenv("SECRET", raising=False)
    monkeypatch.setenv("VOID", "")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blank").write_text("\n", encoding="utf-8")
    (tmp_path / "raw").write_bytes(b"\xff\xfe")
    with pytest.raises(AuthFailed) as caught:
        resolve(connection(WEST, Auth()), *references)

    assert str(caught.value) == f"west: read the credential: {told}"


@pytest.mark.parametrize(
    ("vendor", "endpoint", "auth"),
    [
        (ProviderName.CONFLUENT, WEST, Auth(api_key=KEY, api_secret=SECRET)),
        (ProviderName.CONFLUENT, WEST, Auth(token=SECRET)),
        (ProviderName.STREAMKAP, STREAMKAP, Auth(client_id=KEY, client_secret=SECRET)),
        (ProviderName.CONFLUENT, "sandbox", Auth()),
        (ProviderName.STREAMKAP, "sandbox", Auth()),
    ],
)
def test_a_connection_with_its_credential_is_opened(
    vendor: ProviderName,
    endpoint: str,
    auth: Auth,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KEY", "k")
    monkeypatch.setenv("SECRET", "s")
    provider = opened(connection(endpoint, auth, vendor), tmp_path)

    assert (provider.connection, type(provider) is Unready) == ("west", False)


def test_a_connection_without_its_credential_says_so_whatever_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEY", raising=False)
    monkeypatch.delenv("SECRET", raising=False)
    provider = opened(connection(WEST, Auth(api_key=KEY, api_secret=SECRET)), tmp_path)
    provider.permit_writes()

    facts = (provider.connection, provider.identity, provider.traffic(), provider.db_ids_known("a"))
    assert facts == ("west", "", Traffic(), False)
    assert why_unready(provider) == (
        "west: read the credential: environment variables KEY and SECRET are not set; "
        "set KEY and SECRET"
    )


def test_authorities_that_cannot_be_read_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "k")
    asked = connection(WEST, Auth(token=KEY), ca_file=str(tmp_path / "none.pem"))

    assert why_unready(opened(asked, tmp_path)).startswith("west: open: ")


@pytest.mark.parametrize("vendor", list(ProviderName))
def test_a_world_without_credentials_is_told(vendor: ProviderName, tmp_path: Path) -> None:
    with open_sandbox(tmp_path / "sandbox", clock=wall) as sandbox:
        sandbox.reset({"streamkap": {"credentials": []}})

    assert why_unready(opened(connection("sandbox", Auth(), vendor), tmp_path)) == (
        f"west: read the credential: the sandbox's world has no credentials for {vendor}; "
        "put one into the world, or name one in `auth`"
    )


def test_a_sandbox_that_cannot_be_opened_ends_the_command(home: Person) -> None:
    (home.folder / ".reconciler/sandbox/state.sqlite").write_text("no database " * 100)
    with pytest.raises(ReconcilerError, match="cannot be read as a state of the sandbox"):
        opened(connection("sandbox", Auth()), home.folder / ".reconciler")


def test_the_clock_is_the_machines() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    anyio.run(clock.sleep, 0)

    assert clock.monotonic() >= before
    assert abs(clock.now().timestamp() - wall()) < 60


@pytest.mark.parametrize(
    ("endpoint", "auth", "is_shared"),
    [
        pytest.param(WEST, Auth(api_key=KEY, api_secret=SECRET), True, id="the same"),
        pytest.param(WEST, Auth(api_key=SECRET, api_secret=KEY), False, id="another credential"),
        pytest.param(
            "https://pkc-2.confluent.cloud", Auth(api_key=KEY, api_secret=SECRET), False, id="host"
        ),
    ],
)
def test_connections_that_sign_alike_share_one_pace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: str, auth: Auth, *, is_shared: bool
) -> None:
    monkeypatch.setenv("KEY", "k")
    monkeypatch.setenv("SECRET", "s")
    west = connection(WEST, Auth(api_key=KEY, api_secret=SECRET))
    east = replace(connection(endpoint, auth), address=Address(Kind.CONNECTION, "east"))

    with ExitStack() as stack:
        providers = Wiring(tmp_path, SystemClock(), stack, [].append).open([west, east])
        one, other = (providers[name]._transport._limiter for name in ("west", "east"))
        for provider in providers.values():
            anyio.run(provider.aclose)

    assert (one is other) is is_shared
