"""The commands in this process, on the embedded sandbox."""

import json
import shlex
import sys
from importlib import resources
from pathlib import Path

import pytest

from reconciler import __version__, spec
from tests.e2e.person import NOW, Person, Ran, text_of
from tests.unit.cli.conftest import Command
from tests.unit.cli.streams import Tty

ORDERS = "67ad6e0af08a2365c729ba79"
MIRRORS = ("--select", "ClusterLink/east-to-west")
CUSTOMERS = ("--select", "Source/customers-mysql")
READ_POSTS = {"/auth/access-token", "/dashboard/lineage/topics/batch"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("validate",), 0, id="validate"),
        pytest.param(("plan", *NOW), 0, id="plan"),
        pytest.param(("plan", *NOW, "--detailed-exitcode"), 3, id="plan-detailed"),
        pytest.param(("drift", *NOW), 4, id="drift"),
        pytest.param(("status", *NOW), 0, id="status"),
        pytest.param(
            ("wait", "Source/orders-postgres/public.order_events", "--for", "completed", *NOW),
            0,
            id="wait",
        ),
    ],
)
def test_what_only_reads_sends_only_reads(
    words: tuple[str, ...], code: int, home: Person, command: Command
) -> None:
    ran = command(*words)

    posts = {entry["path"] for entry in home.requests() if entry["method"] != "GET"}
    assert (ran.code, posts - READ_POSTS) == (code, set())


@pytest.mark.parametrize("name", ["plan", "drift", "status"])
@pytest.mark.parametrize("shape", ["json", "markdown"])
def test_every_shape_has_stdout_to_itself(name: str, shape: str, command: Command) -> None:
    ran = command(name, *NOW, *MIRRORS, "--format", shape)

    begins = "{\n" if shape == "json" else "**"
    assert (ran.err, ran.out[:2]) == ("", begins)
    assert shape == "markdown" or ran.json["format_version"] == 1


def test_apply_carries_out_and_reports(command: Command) -> None:
    ran = command("apply", *NOW, "--auto-approve", "-v")

    assert ran.code == 0
    assert "Apply: 4 settled, 6 started" in ran.out
    assert ran.err.count("ledger.db is a new ledger, so sources are looked at twice") == 1
    assert command("drift", *NOW).code == 0


def test_apply_without_anything_to_do_asks_nobody(command: Command) -> None:
    command("apply", "--auto-approve", *MIRRORS)
    text = command("apply", *MIRRORS)
    report = command("apply", *MIRRORS, "--format", "json")

    assert text == Ran(0, text_of("nothing.txt"), "")
    assert (report.code, report.json["items"], report.err) == (0, [], text_of("nothing.txt"))


def test_apply_asks_and_a_yes_goes_on(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Tty("y\n"))
    ran = command("apply", *MIRRORS, "--format", "markdown")

    assert (ran.code, ran.out[:2]) == (0, "**")
    assert "Carry out 2 calls? [y/N]: " in ran.err


def test_apply_asks_and_a_no_ends_it(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Tty("\n"))
    ran = command("apply", *MIRRORS)

    assert (ran.code, ran.err.splitlines()[-1]) == (2, "Not approved; nothing was done.")


def test_apply_without_a_terminal_needs_a_word(command: Command) -> None:
    ran = command("apply", *MIRRORS)

    told = "Error: there is no terminal to ask at; approve with --auto-approve\n"
    assert (ran.code, ran.err) == (2, told)


def test_apply_stops_when_the_time_is_up(command: Command) -> None:
    words = ("--auto-approve", "--wait", "settled", "--timeout", "400ms", "--format", "json")
    ran = command("apply", *NOW, *CUSTOMERS, *words)

    assert (ran.code, ran.json["outcome"]) == (6, "not_reached")


def test_apply_rehearses_in_the_sandbox_only(home: Person, command: Command) -> None:
    home.change(
        "specs/connections.yaml",
        "provider: confluent\n  endpoint: sandbox",
        "provider: confluent\n  endpoint: https://pkc-1.confluent.cloud\n"
        "  auth: {token: {env: TOKEN}}",
    )
    ran = command("apply", *NOW, "--auto-approve")

    told = "Error: apply takes --now only for the sandbox; confluent-demo is a real endpoint\n"
    assert ran == Ran(2, "", told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(
            ("plan", "nowhere"),
            "Error: nowhere: no such file or directory; name an existing path\n",
            id="no-such-path",
        ),
        pytest.param(
            ("plan", "--select", "Source/nobody"),
            "Error: --select Source/nobody matches no document; there are ClusterLink/east-to-west, "
            "Source/customers-mysql, Source/inventory-postgres, Source/orders-postgres\n",
            id="no-such-document",
        ),
        pytest.param(
            ("plan", "--select", "Source/orders-postgres", "--select", "source/order-postgres"),
            "Error: --select Source/order-postgres matches no document; did you mean "
            "Source/orders-postgres?\n",
            id="one-misspelt-beside-a-right-one",
        ),
        pytest.param(
            ("plan", "--select", "Source/customers-mysql", "--select", "Source/*/nothing"),
            "Error: --select Source/*/nothing matches no declared topic; `reconciler status` lists "
            "them\n",
            id="no-such-topic-beside-a-right-one",
        ),
        pytest.param(
            ("wait", "Source/orders-postgres/audit.*", "--for", "completed", *NOW),
            "Error: the spec does not ask for completed there: there is nothing to wait for\n",
            id="nobody-asks-for-an-end",
        ),
        pytest.param(
            ("status", "--label", "team=nobody"),
            "Error: the selection matches no document; there are ClusterLink/east-to-west, "
            "Source/customers-mysql, Source/inventory-postgres, Source/orders-postgres\n",
            id="no-such-label",
        ),
        pytest.param(
            ("plan", "--select", f"source/orders-postgres/source_{ORDERS}.public.orders"),
            f"Error: --select Source/orders-postgres/source_{ORDERS}.public.orders matches no "
            "declared topic; did you mean Source/orders-postgres/public.orders?\n",
            id="a-topic-as-the-vendor-spells-it",
        ),
        pytest.param(
            ("plan", "--select", "ClusterLink/east-to-west/orders.creatd"),
            "Error: --select ClusterLink/east-to-west/orders.creatd matches no declared topic; "
            "did you mean ClusterLink/east-to-west/orders.created?\n",
            id="a-misspelt-mirror",
        ),
        pytest.param(
            ("plan", "--select", "Source/orders-postgres/public.nonsense"),
            "Error: --select Source/orders-postgres/public.nonsense matches no declared topic; "
            "`reconciler status` lists them\n",
            id="a-topic-like-no-other",
        ),
        pytest.param(
            ("plan", "--select", "Source/orders-postgres/public.scratch"),
            "Error: --select Source/orders-postgres/public.scratch matches no declared topic; it "
            "is there, but no rule names it: `reconciler explain "
            "Source/orders-postgres/public.scratch`\n",
            id="a-topic-that-no-rule-names",
        ),
        pytest.param(
            ("plan", ""),
            "Error: an empty path was given; name a file or a directory\n",
            id="an-empty-path",
        ),
        pytest.param(
            ("plan", "-"),
            "Error: `-` is no path; write /dev/stdin to read specs from a pipe\n",
            id="a-dash-for-a-pipe",
        ),
        pytest.param(
            ("schema", "plan", "--dialect", "draft-07"),
            "Error: the schema of plan is there in 2020-12 only; leave --dialect out\n",
            id="a-dialect-that-is-not-there",
        ),
        pytest.param(
            ("plan", "--select", "Source/customers-mysql/nothing"),
            "Error: --select Source/customers-mysql/nothing matches no declared topic; "
            "`reconciler status` lists them\n",
            id="no-such-topic",
        ),
        pytest.param(
            ("wait", "Source/orders-postgres", "--for", "paused"),
            "Error: only a ClusterLink can be paused\n",
            id="a-source-has-no-pause",
        ),
        pytest.param(
            ("wait", "ClusterLink/east-to-west", "--for", "completed"),
            "Error: only a Source can be completed\n",
            id="a-link-has-no-end",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(words: tuple[str, ...], told: str, command: Command) -> None:
    ran = command(*words)

    assert ran == Ran(2, "", told)


def test_only_a_handful_of_documents_is_named(home: Person, command: Command) -> None:
    for number in range(2):
        text = (home.folder / "specs/inventory.yaml").read_text(encoding="utf-8")
        text = text.replace("inventory-postgres", f"more-{number}").replace("stock", f"s{number}")
        home.write(f"specs/more-{number}.yaml", text)
    ran = command("plan", "--select", "Source/nobody")

    assert ran.err.endswith("Source/inventory-postgres, Source/more-0, Source/more-1 and 1 more\n")


def test_wait_says_what_stands_in_the_way(command: Command) -> None:
    ran = command("wait", "ClusterLink/east-to-west/payments.refunded", "--for", "paused")

    told = "ClusterLink/east-to-west/payments.refunded: it is active as wanted; the "
    told += "spec does not ask for paused\n"
    assert ran == Ran(9, "Not reached: 1 topic left.\n", told)


def test_a_label_and_a_state_folder_are_repeated_in_the_command_to_copy(command: Command) -> None:
    ran = command("plan", *NOW, "--label", "team=crm", "--state-dir", "else where")

    told = f"  reconciler apply --label team=crm --state-dir 'else where' {' '.join(NOW)}"
    assert ran.out.splitlines()[-1] == told


def test_a_path_that_looks_like_an_option_is_quoted_as_a_path(
    home: Person, command: Command
) -> None:
    text = (home.folder / "specs/customers.yaml").read_text(encoding="utf-8")
    Path("-odd name.yaml").write_text(text, encoding="utf-8")
    files = ("specs/connections.yaml", "-odd name.yaml")
    line = command("plan", *CUSTOMERS, "--", *files).out.splitlines()[-1]
    _, verb, *words = shlex.split(line)
    again = command(verb, "--auto-approve", *words)

    options = "--select Source/customers-mysql"
    assert line == f"  reconciler apply {options} -- specs/connections.yaml '-odd name.yaml'"
    assert again.code == 0


def test_a_rehearsal_at_a_real_vendor_names_no_time_that_apply_would_refuse(
    home: Person, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its plan is complete for the half that is the sandbox, and says so."""
    monkeypatch.setenv("ID", "x")
    home.change(
        "specs/connections.yaml",
        "provider: streamkap\n  endpoint: sandbox",
        "provider: streamkap\n  endpoint: http://127.0.0.1:9\n"
        "  auth: {clientId: {env: ID}, clientSecret: {env: ID}}",
    )
    ran = command("plan", *NOW)
    narrow = command("plan", *NOW, *MIRRORS)

    assert ran.out.splitlines()[-1] == "  reconciler apply"
    assert narrow.out.splitlines()[-1] == f"  reconciler apply {' '.join((*MIRRORS, *NOW))}"


def test_valid_specs_are_counted_with_their_warnings(home: Person, command: Command) -> None:
    home.change("specs/inventory.yaml", "2020-01-01", "2098-01-01")
    text = command("validate")
    report = command("validate", "--format", "json")

    counts = {"connections": 2, "sources": 3, "cluster_links": 1, "policies": 0}
    warnings = report.json["warnings"]
    assert isinstance(warnings, list)
    assert text.out == "Valid: 2 connections, 3 sources, 1 cluster link in 5 files.\n"
    assert text.err == f"Warning: {warnings[0]}\n"
    assert report.json == {
        "format_version": 1,
        "reconciler_version": __version__,
        "valid": True,
        "errors": [],
        "warnings": warnings,
        "counts": counts,
        "environment": None,
        "partial": False,
    }


def test_invalid_specs_are_told_with_every_place(home: Person, command: Command) -> None:
    home.change("specs/inventory.yaml", "state: completed", "state: complete")
    text = command("validate")
    report = command("validate", "--format", "json")

    errors = report.json["errors"]
    assert isinstance(errors, list)
    assert (text.code, text.out, report.code, report.err) == (2, "", 2, "")
    assert text.err.endswith("\n\n1 error in the specs; nothing was done.\n")
    assert (report.json["valid"], len(errors)) == (False, 1)
    assert {name: errors[0][name] for name in ("file", "line", "address")} == {
        "file": "specs/inventory.yaml",
        "line": 14,
        "address": "Source/inventory-postgres",
    }


@pytest.mark.parametrize("dialect", ["draft-07", "2020-12"])
def test_the_schema_of_specs_is_printed(dialect: str, command: Command) -> None:
    ran = command("schema", "--dialect", dialect)

    assert ran.json == spec.json_schema(dialect)


@pytest.mark.parametrize("what", ["plan", "report"])
def test_the_schema_of_results_is_printed(what: str, command: Command) -> None:
    ran = command("schema", what)

    kept = resources.files("reconciler.render") / "schemas" / f"{what}.schema.json"
    assert ran == Ran(0, kept.read_text(encoding="utf-8"), "")


def test_json_carries_the_version(command: Command) -> None:
    assert command("plan", *NOW, *MIRRORS, "--format", "json").json["reconciler_version"] == (
        __version__
    )


def test_the_world_can_be_printed_and_put_back(home: Person, command: Command) -> None:
    first = command("sandbox", "world")
    home.write("again.yaml", first.out)
    reset = command("sandbox", "reset", "again.yaml")
    sample = command("sandbox", "reset")

    assert (first.code, reset.code, sample.code) == (0, 0, 0)
    assert reset.out == sample.out == "The sandbox begins anew.\n"
    assert first.out.startswith("seed: 1\nspeed: 0.0\n")


def test_a_generated_world_comes_with_specs_that_fit(command: Command) -> None:
    sizes = ("--sources", "2", "--topics", "3", "--links", "1", "--mirrors", "4")
    made = command("sandbox", "world", *sizes, "--specs", "big")
    planned = command("plan", "big")

    told = "A new world with 2 sources and 1 cluster link; specs in big.\n"
    assert made == Ran(0, told, "")
    assert planned.code == 0


def test_a_world_may_be_generated_alone(command: Command) -> None:
    ran = command("sandbox", "world", "--links", "1")

    assert ran == Ran(0, "A new world with 0 sources and 1 cluster link.\n", "")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param(
            ("world", "--specs", "big"),
            2,
            "Error: --specs fit a new world; add --sources or --links\n",
            id="specs-without-a-size",
        ),
        pytest.param(
            ("world", "--topics", "3"),
            2,
            "Error: --topics says how many topics each source has; add --sources\n",
            id="topics-of-no-source",
        ),
        pytest.param(
            ("world", "--sources", "1", "--mirrors", "3"),
            2,
            "Error: --mirrors says how many mirror topics each link has; add --links\n",
            id="mirrors-of-no-link",
        ),
        pytest.param(
            ("world", "--seed", "3"),
            2,
            "Error: --seed shapes a new world; add --sources or --links\n",
            id="a-seed-of-nothing",
        ),
        pytest.param(
            ("world", "--links", "1", "--endpoint", "sandbox"),
            2,
            "Error: --endpoint stands in the specs of a new world; add --specs\n",
            id="an-endpoint-of-no-specs",
        ),
        pytest.param(
            ("world", "--links", "1", "--specs", "new", "--endpoint", "foo"),
            2,
            "Error: --endpoint: expected an endpoint, got 'foo'; write `sandbox`, or scheme and "
            "lower-case host only, such as https://api.streamkap.com\n",
            id="an-endpoint-that-is-none",
        ),
        pytest.param(
            ("world", "--sources", "100000", "--topics", "6"),
            2,
            "Error: a generated world has at most 500,000 topics and mirrors, and this one would "
            "have 600,000; ask for fewer\n",
            id="too-large",
        ),
        pytest.param(
            ("world", "--sources", "1", "--specs", "specs"),
            2,
            "Error: specs is not an empty folder\n",
            id="specs-would-be-mixed",
        ),
        pytest.param(
            ("world", "--sources", "1", "--specs", "/proc/nowhere"),
            1,
            "Error: cannot write to /proc/nowhere: No such file or directory\n",
            id="specs-cannot-be-written",
        ),
        pytest.param(
            ("reset", "none.yaml"),
            2,
            "Error: none.yaml cannot be read: No such file or directory\n",
            id="no-world-file",
        ),
        pytest.param(
            ("reset", "specs/orders.yaml"),
            2,
            None,
            id="not-a-world",
        ),
    ],
)
def test_what_a_sandbox_cannot_do_is_told(
    words: tuple[str, ...], code: int, told: str | None, command: Command
) -> None:
    ran = command("sandbox", *words)

    assert (ran.code, ran.out) == (code, "")
    assert ran.err == told or (told is None and ran.err.startswith("Error: "))


def test_requests_and_runs_are_listed(command: Command) -> None:
    command("plan", *NOW, *CUSTOMERS)
    text = command("sandbox", "requests")
    report = command("sandbox", "requests", "--format", "json", "--clear")
    runs = command("sandbox", "runs")

    entries = report.json["requests"]
    assert isinstance(entries, list)
    lines = text.out.splitlines()
    assert text.err == f"{len(lines)} requests\n"
    assert [line.split()[2] for line in lines] == [entry["method"] for entry in entries]
    assert any("?" in line for line in lines)
    assert command("sandbox", "requests") == Ran(0, "", "0 requests\n")
    assert runs == Ran(
        0,
        "1 2025-05-11T10:00:05Z completed incremental orders-postgres: public.orders\n"
        "2 2025-05-30T10:00:05Z completed incremental orders-postgres: public.order_events\n",
        "2 runs\n",
    )


def test_runs_are_listed_for_programs(command: Command) -> None:
    runs = command("sandbox", "runs", "--format", "json").json["runs"]

    assert isinstance(runs, list)
    assert [run["topics"] for run in runs] == [["public.orders"], ["public.order_events"]]


def test_a_sandbox_that_is_no_folder_is_told(command: Command) -> None:
    Path("file").write_text("", encoding="utf-8")
    ran = command("sandbox", "runs", "--state-dir", "file/below")

    assert ran.code == 1
    assert ran.err.startswith("Error: the sandbox cannot use file/below/sandbox: ")


def test_json_of_validate_is_one_document(command: Command) -> None:
    assert json.loads(command("validate", "--format", "json").out)["valid"] is True


def test_a_state_that_cannot_be_read_is_reset_and_kept_aside(
    home: Person, command: Command
) -> None:
    state = home.folder / ".reconciler/sandbox/state.sqlite"
    state.write_text("no database " * 100, encoding="utf-8")
    refused = command("sandbox", "runs")
    ran = command("sandbox", "reset")

    aside = f"{state}.unreadable"
    assert (refused.code, refused.err.endswith("moves it aside and begins a new world\n")) == (
        1,
        True,
    )
    assert ran == Ran(
        0,
        "The sandbox begins anew.\n",
        f"The old state could not be read; it is kept as {aside}.\n",
    )
    assert Path(aside).read_text(encoding="utf-8") == "no database " * 100
    assert command("sandbox", "runs").code == 0


def test_a_state_that_cannot_be_moved_is_told(home: Person, command: Command) -> None:
    state = home.folder / ".reconciler/sandbox/state.sqlite"
    state.unlink()
    state.mkdir()
    (home.folder / ".reconciler/sandbox/state.sqlite.unreadable").write_text("old")
    ran = command("sandbox", "reset")

    assert (ran.code, ran.err) == (1, f"Error: {state} cannot be moved: Not a directory\n")
