"""Credentials that can be recognised: after all commands, failing ones too, they are nowhere.

Searched are both streams of every command, every file that is left, what the vendors wrote down of
our requests, and what reached a host that is no vendor's. Commands of one act share a process.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.person import PATIENCE, STILL, WARM, Person, settle_down
from tests.e2e.secure import Proxy
from tests.e2e.served import Served
from tests.support.postgres import PASSWORD, PostgresServer

ROOT = Path(__file__).parents[2]
CLIENT, SECRET = "canary-client-7f3a", "canary+client/secret-9c02"
KEY, API_SECRET = "canary-key-51d0", "canary-api-secret-c0de"
TOKEN, BEARER = "canary-access-token-66b1", "canary-bearer-8812"
WRONG, LOGIN = "canary-wrong-4d4d", "canary-login-0a0a"
LITERAL = "canary-literal-e3e3"
SECRETS = (
    CLIENT, SECRET, KEY, API_SECRET, TOKEN, BEARER, WRONG, LOGIN, LITERAL, PASSWORD,
    f"{KEY}:{API_SECRET}", f"bo:{LOGIN}",
)  # fmt: skip
BECAUSE = ("--reason", "a test")
APPLY = ("apply", "--auto-approve")
CONNECTIONS = "specs/connections.yaml"
DUMP = ("dump", CONNECTIONS, "--connection", "streamkap-demo")
AUTH_OF_STREAMKAP = "auth: {clientId: {env: CLIENT_ID}, clientSecret: {env: CLIENT_SECRET}}"
Row = Sequence[object]


def forms(secret: str) -> set[str]:
    """How a secret may look: as it is, in a URL, in JSON, in a header."""
    plain = base64.b64encode(secret.encode()).decode()
    return {secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1], plain}


def found_in(text: str) -> set[str]:
    """Secrets that a text holds in any form."""
    return {secret for secret in SECRETS for form in forms(secret) if form in text}


@dataclass
class Play:
    """A customer with credentials of their own, and everything that their commands left.

    Attributes:
        person: The customer.
        served: The vendors.
        foreign: A host that is no vendor's.
        secrets: A folder with secret files; the only one that may hold any.
        told: What commands printed, by act.
        codes: Their exit codes, by act.
    """

    person: Person
    served: Served
    foreign: Proxy
    secrets: Path
    told: dict[str, str] = field(default_factory=dict)
    codes: dict[str, list[int]] = field(default_factory=dict)

    def act(self, name: str, *rows: Row, env: Mapping[str, str] | None = None) -> None:
        """Run some commands, beginning with the world as it was."""
        out = self.person.folder.parent / f"{name}.codes"
        home = {"HOME": str(self.person.folder), "TMPDIR": str(self.person.folder)}
        path = {"PYTHONPATH": str(ROOT)}
        given = json.dumps([ANEW, *rows])
        words = ("tests.e2e.several", str(out), self.served.url, given)
        around = self.person.env | home | path | dict(env or {})
        code, printed, told = WARM.run(words, self.person.folder, around, PATIENCE * 3)
        self.told[name] = printed + told
        assert code == 0, self.told[name]
        self.codes[name] = json.loads(out.read_text(encoding="utf-8"))


def _anew() -> Row:
    text = STILL.read_text(encoding="utf-8")
    streamkap = f"{{clientId: {CLIENT}, secret: {SECRET}}}"
    confluent = f"{{key: {KEY}, secret: {API_SECRET}}}"
    text = text.replace("{clientId: demo, secret: demo}", streamkap)
    return ("@", "reset", text.replace("{key: demo, secret: demo}", confluent))


ANEW = _anew()


def fails(*rules: Mapping[str, object]) -> Row:
    """From here on the vendors misbehave, for ever."""
    usual = {"effect": "status", "times": None}
    return ("@", "faults", {"rules": [usual | dict(rule) for rule in rules]})


@pytest.fixture(scope="module")
def play(
    server: Served, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Play]:
    """Everything that may happen to a credential."""
    folder = tmp_path_factory.mktemp("canary")
    with Proxy(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as foreign:
        secrets = folder / "secrets"
        secrets.mkdir()
        for name, value in (("key", KEY), ("secret", API_SECRET), ("bearer", BEARER)):
            (secrets / name).write_text(f"{value}\n", encoding="utf-8")
        (secrets / "two-lines").write_text(f"{BEARER}\nand more", encoding="utf-8")
        person = settle_down(folder / "home")
        person.environment.update({"CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET})
        made = Play(person, server, foreign, secrets)
        _specs(made)
        _all_is_well(made)
        _a_database(made, postgres)
        _credentials_are_wrong(made)
        _vendors_quote_what_they_were_sent(made)
        _answers_lead_elsewhere(made)
        _specs_are_wrong(made)
        yield made


def _specs(play: Play) -> None:
    url = play.served.url
    files = f"{{apiKey: {{file: {play.secrets}/key}}, apiSecret: {{file: {play.secrets}/secret}}}}"
    path = play.person.folder / CONNECTIONS
    before, first, second = path.read_text(encoding="utf-8").split("endpoint: sandbox")
    lag = f"endpoint: {url}\n  lag: 100ms\n"
    path.write_text(
        f"{before}{lag}  {AUTH_OF_STREAMKAP}{first}{lag}  auth: {files}{second}",
        encoding="utf-8",
    )


def _all_is_well(play: Play) -> None:
    topic = "Source/orders-postgres/public.orders"
    play.act(
        "well",
        ("validate",),
        ("plan", "-v", "--log-format", "json"),
        ("plan", "--format", "json"),
        ("plan", "--format", "markdown", "--out", "plan.json"),
        ("plan", "--compare", "plan.json"),
        ("drift", "-v"),
        ("status", "--format", "json"),
        (*APPLY, "--plan", "plan.json", "-v", "--log-format", "json"),
        (*APPLY, "--format", "json"),
        ("wait", topic, "--for", "completed", "--timeout", "0s"),
        ("history", "-v"),
        ("history", "--format", "json"),
        ("ledger", "show", "-v"),
        ("ledger", "mark", topic, "--completed-at", "2026-01-01T00:00:00Z", *BECAUSE),
        ("ledger", "resolve", topic, "--happened", *BECAUSE),
        ("ledger", "forget", "ClusterLink/east-to-west", *BECAUSE),
        ("ledger", "break", "--scope", "none", *BECAUSE),
        ("ledger", "leases", "--format", "json"),
        ("ledger", "export"),
        ("ledger", "export", "--out", "export.json"),
        ("schema",),
        ("init", "mine", "--streamkap", "kap", "--ci", "github"),
        ("doctor", "-v", "--format", "json"),
        (*DUMP, "--snapshots", "completed", "--out", "found"),
    )


def _a_database(play: Play, postgres: PostgresServer) -> None:
    url, refused = postgres.new_schema(), postgres.url(password=WRONG)
    looks = (("plan",), ("history", "-v"), ("ledger", "show"), ("ledger", "export"))
    right = (("plan",), ("history",), (*APPLY, "-v"), *looks)
    play.act("database", *((*words, "--ledger", url) for words in right))
    places = (
        refused,
        f"postgresql://bo:{LOGIN}@127.0.0.1:1/ledger",
        f"postgresql://bo:{LOGIN}%zz@h/db",
        f"host=h password={LOGIN}",
    )
    for number, place in enumerate(places):
        play.act(f"no-database-{number}", *looks, env={"RECONCILER_LEDGER": place})


def _credentials_are_wrong(play: Play) -> None:
    looks = (("plan", "-v"), ("drift", "--format", "json"), ("status",), ("doctor",))
    commands = (*looks, (*APPLY, "-v"))
    play.act("wrong", *commands, env={"CLIENT_SECRET": WRONG})
    play.act("no-header", *commands, env={"CLIENT_ID": f"{WRONG}\x07"})
    text = (play.person.folder / CONNECTIONS).read_text(encoding="utf-8")
    auth = text[text.index("auth: {apiKey") :].splitlines()[0]
    for kind in ("bearer", "two-lines"):
        token = f"auth: {{token: {{file: {play.secrets}/{kind}}}}}"
        play.person.write(CONNECTIONS, text.replace(auth, token))
        play.act(kind, *commands)
    play.person.write(CONNECTIONS, text)


def _vendors_quote_what_they_were_sent(play: Play) -> None:
    """In errors to reads, to the sign-in, and to calls; a proxy may do so too."""
    basic = base64.b64encode(f"{KEY}:{API_SECRET}".encode()).decode()
    signed = {"accessToken": TOKEN, "refreshToken": TOKEN, "expiresIn": 3600}
    token = {"status": 200, "body": signed, "path": "^/auth/access-token$"}
    one = {"body": {"detail": f"no: {CLIENT} {SECRET} {TOKEN}"}}
    other = {"body": {"message": f"no: Basic {basic} {KEY} {API_SECRET}", "error_code": 1}}
    plan, apply = ("plan", "-v", "--format", "json"), (*APPLY, "-v", "--log-format", "json")
    rows: list[Row] = []
    for status in (401, 422, 500):
        said, kafka = one | {"status": status}, other | {"status": status, "path": "^/kafka"}
        reads = fails(token, said | {"path": "^/sources"}, kafka)
        sign_in = fails(said | {"path": "^/auth/"}, kafka)
        calls = fails(said | {"path": "snapshot$"}, kafka | {"path": "(:pause|:resume)$"})
        if status < 500:  # these are asked for again and again, which takes its time
            rows += [ANEW, reads, plan, ("doctor",), DUMP, ANEW, sign_in, plan, DUMP]
        # A token of ours that the vendor does not know would fail before any call.
        rows += [ANEW, _without_token(calls), apply]
    play.act("quoted", *rows, ANEW, fails(token), plan, apply)
    refusal = f"HTTP/1.1 407 bo:{LOGIN}\r\nContent-Length: 0\r\n\r\n".encode()
    with Proxy(refusal) as proxy:
        env = {"HTTP_PROXY": f"http://bo:{LOGIN}@{proxy.place}"}
        play.act("proxy", plan, env=env)


def _without_token(row: Row) -> Row:
    return json.loads(json.dumps(row).replace(f" {TOKEN}", ""))


def _answers_lead_elsewhere(play: Play) -> None:
    there = f"http://{play.foreign.place}"
    rows: list[Row] = []
    for status in (302, 307, 308):
        moved = {"status": status, "headers": {"Location": f"{there}/x"}}
        later = moved | {"path": "(^/sources|/links|snapshot|:pause|:resume)$"}
        rows += [ANEW, fails(moved), ("plan",), fails(later), (*APPLY, "-v")]
        calls = moved | {"path": "(snapshot|:pause|:resume)$"}
        rows += [ANEW, fails(calls), (*APPLY, "-v")]
    page = {"data": [], "metadata": {"next": f"{there}/kafka/v3/next"}}
    play.act(
        "elsewhere",
        *rows,
        ANEW,
        fails({"status": 200, "body": page, "path": "^/kafka"}),
        ("plan", "-v"),
    )


def _specs_are_wrong(play: Play) -> None:
    text = (play.person.folder / CONNECTIONS).read_text(encoding="utf-8")
    reference = "{env: CLIENT_SECRET}"
    rows: list[Row] = []
    for kind, wrong in (
        ("literal", text.replace(reference, LITERAL)),
        ("both", text.replace(reference, f"{{env: CLIENT_SECRET, value: {LITERAL}}}")),
        ("in-url", text.replace("http://", f"http://bo:{LITERAL}@")),
        ("not-allowed", text.replace(play.served.url, f"http://{play.foreign.place}.test")),
    ):
        play.person.write(f"{kind}/connections.yaml", wrong)
        rows += [("validate", kind), ("plan", kind), ("plan", kind, "--format", "json")]
    play.act("specs", *rows)
    for kind in ("literal", "both", "in-url"):
        (play.person.folder / kind / "connections.yaml").unlink()


def test_the_acts_went_as_they_were_meant_to(play: Play) -> None:
    """Else the others would search in vain."""
    codes = {name: set(found) for name, found in play.codes.items()}
    well = play.codes["well"]

    assert (well[:4], well[7:9]) == ([0, 0, 0, 0], [0, 0])
    assert codes["well"] <= {0, 2, 4, 6}
    assert codes["database"] == {0}
    assert codes["specs"] == {2}
    failing = {"wrong", "no-header", "bearer", "two-lines", "quoted", "proxy", "elsewhere"}
    assert {name: codes[name] & {0, 2} for name in failing} == {name: set() for name in failing}
    assert all(codes[f"no-database-{n}"] <= {1, 2} for n in range(4))


def test_no_command_prints_a_secret(play: Play) -> None:
    leaks = {
        line: secrets
        for told in play.told.values()
        for line in told.splitlines()
        if (secrets := found_in(line))
    }

    # What a shell would show of the words that were typed; everything else is ours.
    assert {line for line in leaks if not line.startswith("$ ")} == set()


def test_no_file_that_is_left_holds_a_secret(play: Play) -> None:
    """Ledger, plan, export and whatever else there is; files of secrets are elsewhere."""
    files = [path for path in play.person.folder.rglob("*") if path.is_file()]
    texts = {path.name: path.read_bytes().decode("latin-1") for path in files}

    assert {"ledger.db", "plan.json", "export.json"} <= texts.keys()
    assert {name: found for name, text in texts.items() if (found := found_in(text))} == {}


def test_nothing_at_all_goes_to_a_foreign_host(play: Play) -> None:
    assert play.foreign.heads == []


def test_vendors_get_secrets_in_headers_and_bodies_only(play: Play) -> None:
    """Paths and queries end in their logs; this log keeps bodies, without secrets but with names."""
    play.act("last", ("plan",), (*APPLY,))
    requests = play.served.requests()

    assert requests
    assert found_in(json.dumps(requests)) <= {CLIENT}


def test_the_search_would_find_them() -> None:
    basic = base64.b64encode(f"{KEY}:{API_SECRET}".encode()).decode()

    assert found_in(f"a {basic} b") >= {f"{KEY}:{API_SECRET}"}
    assert found_in(quote(SECRET, safe="")) == {SECRET}
    assert found_in("nothing of this kind") == set()
