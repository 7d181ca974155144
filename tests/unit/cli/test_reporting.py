import stat
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from reconciler.cli import reporting
from reconciler.cli.reporting import oldest_pause
from reconciler.core.sight import Sight
from reconciler.errors import UsageError
from reconciler.model.observed import Mirror
from tests.e2e.person import Person
from tests.support.plans import NOW
from tests.unit.cli.conftest import Command


def rows(path: Path) -> dict[str, float]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {x.rsplit(" ", 1)[0]: float(x.rsplit(" ", 1)[1]) for x in lines if x[0] != "#"}


@pytest.mark.parametrize("name", ["plan", "drift", "status"])
def test_metrics_are_written_beside_the_result(command: Command, home: Person, name: str) -> None:
    ran = command(name, "specs", "--metrics-file", "reconciler.prom")

    found = rows(home.folder / "reconciler.prom")
    assert found[f'reconciler_last_run_exit_code{{command="{name}"}}'] == ran.code
    assert found[f'reconciler_requests{{command="{name}",purpose="reads"}}'] > 0
    assert found[f'reconciler_topics{{command="{name}",verdict="in_sync"}}'] > 0
    assert [p.name for p in home.folder.iterdir() if "prom" in p.name] == ["reconciler.prom"]


def test_the_collector_may_read_metrics(command: Command, home: Person) -> None:
    """It runs as another user; other files of ours are for their owner only."""
    command("plan", "specs", "--metrics-file", "m.prom", "--out", "plan.json")

    modes = [stat.S_IMODE((home.folder / n).stat().st_mode) for n in ("m.prom", "plan.json")]
    assert modes == [0o644, 0o600]


def test_an_apply_counts_its_calls_and_results(command: Command, home: Person) -> None:
    ran = command(
        "apply", "specs", "--select", "ClusterLink/east-to-west", "--auto-approve",
        "--allow", "disruptive", "--max-percent", "100", "--metrics-file", "m.prom",
    )  # fmt: skip

    found = rows(home.folder / "m.prom")
    assert ran.code == found['reconciler_last_run_exit_code{command="apply"}']
    assert found['reconciler_requests{command="apply",purpose="calls"}'] == 2
    assert found['reconciler_results{command="apply",result="settled"}'] > 0


@pytest.mark.parametrize("name", ["plan", "drift"])
def test_a_pipeline_gets_a_test_case_per_document(
    command: Command, home: Person, name: str
) -> None:
    command(name, "specs", "--junit", "report.xml")

    root = ET.parse(home.folder / "report.xml").getroot()
    assert sorted(str(case.get("name")) for case in root.iter("testcase")) == [
        "ClusterLink/east-to-west",
        "Source/customers-mysql",
        "Source/inventory-postgres",
        "Source/orders-postgres",
    ]


def test_errors_of_specs_are_failed_test_cases(command: Command, home: Person) -> None:
    command("validate", "specs", "--junit", "good.xml")
    home.change("specs/mirrors.yaml", "state: paused", "state: pausd")

    ran = command("validate", "specs", "--junit", "bad.xml")

    good, bad = (ET.parse(home.folder / f"{n}.xml").getroot() for n in ("good", "bad"))
    assert ran.code == 2
    assert (good.get("tests"), good.get("failures"), bad.get("failures")) == ("6", "0", "1")


@pytest.mark.parametrize("option", ["--junit", "--metrics-file"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_done(
    command: Command, home: Person, option: str
) -> None:
    ran = command("plan", "specs", option, "nowhere/report")

    assert (ran.code, "nowhere is no directory" in ran.err) == (2, True)
    assert home.requests() == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("--junit", "-"), "`-` is no file; name one", id="a-dash"),
        pytest.param(("--junit", "x", "--metrics-file", "./x"), "x is named twice", id="twice"),
        pytest.param(("--out", "x", "--metrics-file", "x"), "x is named twice", id="the-plan"),
        pytest.param(("--metrics-file", "x", "--out", "x"), "x is named twice", id="either-way"),
        pytest.param(("--out", "specs/mirrors.yaml"), "may be a spec", id="plan-over-a-spec"),
        pytest.param(("--junit", "specs/mirrors.yaml"), "may be a spec", id="report-over-a-spec"),
        pytest.param(("--metrics-file", "/proc/m"), "/proc cannot be written", id="read-only"),
    ],
)
def test_a_place_that_is_not_for_it_is_refused_and_nothing_is_lost(
    words: tuple[str, ...], told: str, command: Command, home: Person
) -> None:
    before = (home.folder / "specs/mirrors.yaml").read_bytes()
    ran = command("plan", "specs", *words)

    assert (ran.code, ran.out, told in ran.err) == (2, "", True)
    assert (home.folder / "specs/mirrors.yaml").read_bytes() == before
    assert not (home.folder / "x").exists()


def test_what_was_done_counts_more_than_a_report_that_cannot_be_written(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 2 would say that nothing was done."""

    def full(path: Path, *_: object, **__: object) -> None:
        raise UsageError(f"{path} cannot be written: No space left on device")

    monkeypatch.setattr(reporting, "write_whole", full)
    link = ("--select", "ClusterLink/east-to-west", "--metrics-file", "m.prom")
    ran = command(
        "apply", "specs", *link, "--auto-approve", "--allow", "disruptive", "--max-percent", "100"
    )
    drifted = command("drift", "specs", "--ledger", "none", "--metrics-file", "m.prom")

    assert (ran.code, drifted.code) == (1, 4)
    assert "Apply: 4 settled" in ran.out
    assert "m.prom cannot be written: No space left on device" in ran.err


def test_the_oldest_pause_is_that_of_the_mirror_that_is_paused_for_longest() -> None:
    later = NOW.replace(year=NOW.year + 1)
    mirrors = [
        Mirror("a", "PAUSED", state_time=later),
        Mirror("b", "PAUSED", state_time=NOW),
        Mirror("c", "ACTIVE", state_time=NOW.replace(year=2020)),
        Mirror("d", "PAUSED"),
    ]

    assert oldest_pause(Sight({}, {"lkc/link": {m.name: m for m in mirrors}})) == NOW
    assert oldest_pause(Sight({}, {})) is None
