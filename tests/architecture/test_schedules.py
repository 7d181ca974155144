"""Image, manifests and units: what runs on a schedule, as restricted as the pages say."""

import configparser
import re
import shlex
from pathlib import Path

import click
import kubernetes_validate
import pytest
import yaml

from reconciler import __version__, spec
from reconciler.cli.main import root
from reconciler.render import prometheus
from tests.architecture.test_docs import NOW
from tests.support.plans import rich_plan, rich_report

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy/kubernetes"
SYSTEMD = ROOT / "deploy/systemd"
TASKS = ["apply", "drift"]


def document(name: str) -> dict[str, object]:
    loaded = yaml.safe_load((KUBERNETES / name).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def at(value: object, *path: str | int) -> object:
    for key in path:
        if isinstance(key, int):
            assert isinstance(value, list)
            value = value[key]
        else:
            assert isinstance(value, dict)
            value = value[key]
    return value


def takes(words: list[str]) -> None:
    """The command is there, and takes these words."""
    ctx = click.Context(root, **root.context_settings)
    command = root.get_command(ctx, words[0])
    assert command is not None
    command.make_context(words[0], words[1:], parent=ctx)


POD = ("spec", "jobTemplate", "spec", "template", "spec")
RESOURCES = ["namespace.yaml", "service-account.yaml", "apply.yaml", "drift.yaml"]


@pytest.mark.parametrize("version", ["1.29", "1.37"])
@pytest.mark.parametrize("name", RESOURCES)
def test_a_manifest_is_what_kubernetes_takes(name: str, version: str) -> None:
    kubernetes_validate.validate(document(name), version, strict=True)


def test_the_base_holds_every_manifest_and_the_specs() -> None:
    base = document("kustomization.yaml")
    others = {p.name for p in KUBERNETES.iterdir()} - {"kustomization.yaml", "specs.yaml"}

    assert at(base, "resources") == RESOURCES
    assert others == set(RESOURCES)
    assert at(base, "images", 0, "newTag") == __version__
    assert at(base, "configMapGenerator", 0, "files") == ["specs.yaml"]
    assert len(spec.load([KUBERNETES / "specs.yaml"], now=NOW).sources) == 1


@pytest.mark.parametrize("task", TASKS)
def test_a_job_has_no_right_that_it_does_not_need(task: str) -> None:
    job = document(f"{task}.yaml")
    pod, container = at(job, *POD), at(job, *POD, "containers", 0)

    assert at(document("service-account.yaml"), "automountServiceAccountToken") is False
    assert at(pod, "automountServiceAccountToken") is False
    assert at(pod, "securityContext", "runAsNonRoot") is True
    assert at(container, "securityContext") == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("task", TASKS)
def test_a_job_never_runs_twice_at_once_nor_again_after_a_failure(task: str) -> None:
    job = document(f"{task}.yaml")

    assert at(job, "spec", "concurrencyPolicy") == "Forbid"
    assert at(job, "spec", "jobTemplate", "spec", "backoffLimit") == 0
    assert at(job, *POD, "restartPolicy") == "Never"


def test_who_looks_has_another_secret_than_who_writes() -> None:
    names = [
        at(document(f"{task}.yaml"), *POD, "containers", 0, "envFrom", 0, "secretRef", "name")
        for task in TASKS
    ]

    assert names == ["reconciler-write", "reconciler-read"]


@pytest.mark.parametrize("task", TASKS)
def test_a_job_runs_a_command_that_exists(task: str, tmp_path: Path) -> None:
    words = at(document(f"{task}.yaml"), *POD, "containers", 0, "args")
    assert isinstance(words, list)

    assert words[0] == task
    takes([str(tmp_path) if word == "/work" else str(word) for word in words])


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True, delimiters=("=",))
    parser.optionxform = str
    parser.read_string((SYSTEMD / name).read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("task", TASKS)
def test_a_unit_runs_a_command_that_exists(task: str) -> None:
    service = unit(f"reconciler-{task}.service")["Service"]
    program, *words = shlex.split(service["ExecStart"])

    assert program == "/opt/reconciler/bin/reconciler"
    assert (words[0], service["Type"]) == (task, "oneshot")
    takes(words)


@pytest.mark.parametrize("task", TASKS)
def test_a_unit_has_no_right_that_it_does_not_need(task: str) -> None:
    service = unit(f"reconciler-{task}.service")["Service"]

    assert service["User"] == "reconciler"
    assert (service["NoNewPrivileges"], service["ProtectSystem"]) == ("yes", "strict")
    assert service["CapabilityBoundingSet"] == ""
    assert service["StateDirectory"] in service["ExecStart"]


@pytest.mark.parametrize("task", TASKS)
def test_a_timer_starts_its_unit(task: str) -> None:
    timer = unit(f"reconciler-{task}.timer")

    assert (SYSTEMD / f"reconciler-{task}.service").is_file()
    assert timer["Timer"]["OnCalendar"]
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_image_is_pinned_and_runs_as_nobody_in_particular() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)

    assert len(set(bases)) == 1
    assert re.search(r"@sha256:[0-9a-f]{64}$", bases[0])
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001:10001"]


def test_what_the_image_is_built_from_is_let_in() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
        for word in line.split()
    }
    let_in = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }

    assert copied == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_every_metric_that_an_alert_reads_is_written_with_these_labels() -> None:
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))
    written = prometheus.write(
        prometheus.Run("apply", rich_plan(), 0, NOW, 1.0, rich_report(), NOW)
    )
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    read = {name for rule in alerts for name in re.findall(r"reconciler_\w+", rule["expr"])}
    words = {
        (label, word)
        for rule in alerts
        for label, words in re.findall(r'(\w+)=~?"([^"]+)"', rule["expr"])
        for word in words.split("|")
    }

    assert read == set(prometheus.METRICS)
    assert len({rule["alert"] for rule in alerts}) == len(alerts)
    assert all(rule["annotations"]["summary"] for rule in alerts)
    assert [
        (label, word)
        for label, word in sorted(words)
        if label != "command" and f'{label}="{word}"' not in written
    ] == []
    assert {word for label, word in words if label == "command"} <= {"apply", "drift"}
