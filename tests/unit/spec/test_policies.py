"""Policy documents: what they become, what is wrong with them, and what is odd."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.model.address import Address, Kind, Origin
from reconciler.model.desired import DesiredPolicy
from reconciler.model.policy import Acknowledgement, Window, Windows
from tests.unit.spec.writing import CONNECTIONS, complaints, load_files, policy, simple

PLACE = "a.yaml:{}: Policy/p: {}"
LABELLED = simple(name="s, labels: {team: payments, tier: one}")


def _loaded(folder: Path, *documents: str) -> tuple[tuple[DesiredPolicy, ...], list[str]]:
    """The policies, without their digests, and the warnings."""
    found = load_files(folder, {"a.yaml": CONNECTIONS + "---\n".join(documents)})
    told = [text.replace(f"{folder.as_posix()}/", "") for text in found.warnings]
    return found.policies, [text for text in told if "Policy/" in text]


def test_a_policy_with_every_field(tmp_path: Path):
    text = (
        "selector: {labels: {tier: one, team: payments}}\n"
        "maxChanges: 20\nmaxPercent: 30\nreason: INC-42\n"
    )
    policies, warnings = _loaded(tmp_path, LABELLED, policy(text))

    assert warnings == []
    assert policies == (
        DesiredPolicy(
            Address(Kind.POLICY, "p"),
            Origin(f"{tmp_path.as_posix()}/a.yaml", 20, 1),
            (("team", "payments"), ("tier", "one")),
            20,
            30,
            "INC-42",
            policies[0].digest,
        ),
    )
    assert policies[0].digest.startswith("sha256:")


@pytest.mark.parametrize(
    ("field", "bounds"),
    [
        ("maxChanges: 0", (0, None)),
        ("maxPercent: 0", (None, 0)),
        ("maxPercent: 100", (None, 100)),
    ],
)
def test_one_bound_is_enough_and_none_is_zero(field: str, bounds: object, tmp_path: Path):
    policies, _ = _loaded(tmp_path, LABELLED, policy(field))

    assert [((p.max_changes, p.max_percent), p.labels, p.reason) for p in policies] == [
        (bounds, (), "")
    ]


def test_policies_are_sorted_by_name(tmp_path: Path):
    documents = [policy("maxChanges: 1", name=name) for name in ("b", "a", "c")]
    policies, _ = _loaded(tmp_path, LABELLED, *documents)

    assert [p.address.name for p in policies] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("labels", "is_selecting"),
    [
        ("{team: payments}", True),
        ("{team: payments, tier: one}", True),
        ("{team: payment}", False),
        ("{team: payments, tier: two}", False),
        ("{Team: payments}", False),
    ],
)
def test_a_policy_that_selects_nothing_is_odd(labels: str, is_selecting: bool, tmp_path: Path):
    text = f"selector: {{labels: {labels}}}\nmaxChanges: 1"
    policies, warnings = _loaded(tmp_path, LABELLED, policy(text))

    told = (
        "a.yaml:20:1: Policy/p: spec.selector: no Source and no ClusterLink is selected by this "
        "policy; check its labels, or remove it"
    )
    assert (len(policies), warnings) == (1, [] if is_selecting else [told])


def test_a_policy_alone_selects_nothing(tmp_path: Path):
    _, warnings = _loaded(tmp_path, policy("maxChanges: 1"))

    assert [text.partition(": no ")[0] for text in warnings] == ["a.yaml:11:1: Policy/p: spec"]


NOTHING = (
    "the policy asks for nothing; write at least one of `maxChanges`, `maxPercent`, `windows`, "
    "`maxPause`, `acknowledge`"
)
CASES = {
    "no-bound": ("reason: INC-1", "5:3", f"spec: {NOTHING}"),
    "negative": (
        "maxChanges: -1",
        "5:15",
        "spec.maxChanges: expected 0 or more, got the number -1; write a number from 0 up",
    ),
    "too-much": (
        "maxPercent: 101",
        "5:15",
        "spec.maxPercent: expected 100 or less, got the number 101; write a number up to 100",
    ),
    "no-number": (
        "maxPercent: 30%",
        "5:15",
        "spec.maxPercent: expected a whole number, got '30%'; write digits, without quotes",
    ),
    "half": (
        "maxChanges: 2.5",
        "5:15",
        (
            "spec.maxChanges: expected a whole number, got the number 2.5; write digits, without "
            "quotes"
        ),
    ),
    "unknown": (
        "maxChanges: 1\nmaxChange: 2",
        "6:3",
        "spec.maxChange: unknown field `maxChange`; did you mean `maxChanges`?",
    ),
    "no-labels": (
        "maxChanges: 1\nselector: {}",
        "6:13",
        "spec.selector.labels: `labels` is missing; add `labels`",
    ),
    "empty-labels": (
        "maxChanges: 1\nselector: {labels: {}}",
        "6:22",
        (
            "spec.selector.labels: the mapping is empty; write at least one `key: value`, or leave it "
            "out"
        ),
    ),
    "bad-label": (
        "maxChanges: 1\nselector: {labels: {-a: b}}",
        "6:23",
        (
            "spec.selector.labels.-a: expected the name of a label, got '-a'; use letters, digits, `-`, "
            "`_`, `.` and `/`, with a letter or digit at both ends"
        ),
    ),
    "label-number": (
        "maxChanges: 1\nselector: {labels: {a: 1}}",
        "6:26",
        "spec.selector.labels.a: expected text, got the number 1; put it in quotes",
    ),
    "unknown-in-selector": (
        "maxChanges: 1\nselector: {labels: {a: b}, names: [x]}",
        "6:30",
        "spec.selector.names: unknown field `names`; known here: labels",
    ),
}
TIMES = {
    "empty-windows": (
        "windows: {}",
        "5:12",
        "spec.windows: neither `allow` nor `deny` is written; write one of the two, or both",
    ),
    "bad-schedule": (
        'windows: {allow: [{schedule: "0 25 * * *", duration: 1h}]}',
        "5:32",
        (
            "spec.windows.allow[0].schedule: '0 25 * * *' is no cron schedule: bad hour; write minute, "
            "hour, day of month, month and day of week, such as '0 22 * * 1-5'"
        ),
    ),
    "number-as-schedule": (
        "windows: {deny: [{schedule: 5, duration: 1h}]}",
        "5:31",
        (
            "spec.windows.deny[0].schedule: expected a cron schedule, got the number 5; write minute, "
            "hour, day of month, month and day of week, such as '0 22 * * 1-5'"
        ),
    ),
    "bad-zone": (
        'windows: {allow: [{schedule: "0 2 * * *", duration: 1h, zone: CEST}]}',
        "5:65",
        (
            "spec.windows.allow[0].zone: expected a time zone, got 'CEST'; write an IANA name such as "
            "Europe/Berlin or UTC"
        ),
    ),
    "number-as-zone": (
        'windows: {allow: [{schedule: "0 2 * * *", duration: 1h, zone: 2}]}',
        "5:65",
        (
            "spec.windows.allow[0].zone: expected a time zone, got the number 2; write an IANA name "
            "such as Europe/Berlin or UTC"
        ),
    ),
    "short-window": (
        'windows: {allow: [{schedule: "0 2 * * *", duration: 30s}]}',
        "5:55",
        "spec.windows.allow[0].duration: the duration '30s' is too short; write 1m or more",
    ),
    "long-window": (
        'windows: {allow: [{schedule: "0 2 * * *", duration: 32d}]}',
        "5:55",
        "spec.windows.allow[0].duration: the duration '32d' is too long; write 31d or less",
    ),
    "unknown-in-window": (
        'windows: {allow: [{schedule: "0 2 * * *", duration: 1h, timezone: UTC}]}',
        "5:59",
        "spec.windows.allow[0].timezone: unknown field `timezone`; did you mean `zone`?",
    ),
    "short-pause": (
        "maxPause: 59m",
        "5:13",
        "spec.maxPause: the duration '59m' is too short; write 1h or more",
    ),
    "bad-address": (
        "acknowledge: [{addresses: [Links/x], until: 2030-01-01T00:00:00Z, reason: r}]",
        "5:30",
        (
            "spec.acknowledge[0].addresses[0]: expected an address, got 'Links/x'; write KIND/NAME or "
            "KIND/NAME/TOPIC, such as ClusterLink/east/orders.*"
        ),
    ),
    "address-in-small": (
        "acknowledge: [{addresses: [source/x], until: 2030-01-01T00:00:00Z, reason: r}]",
        "5:30",
        "spec.acknowledge[0].addresses[0]: expected an address, got 'source/x'; write Source/x",
    ),
    "number-as-address": (
        "acknowledge: [{addresses: [1], until: 2030-01-01T00:00:00Z, reason: r}]",
        "5:30",
        (
            "spec.acknowledge[0].addresses[0]: expected an address, got the number 1; write KIND/NAME "
            "or KIND/NAME/TOPIC, such as ClusterLink/east/orders.*"
        ),
    ),
    "no-reason": (
        "acknowledge: [{addresses: [Source/x], until: 2030-01-01T00:00:00Z}]",
        "5:17",
        "spec.acknowledge[0].reason: `reason` is missing; add `reason`",
    ),
}


@pytest.mark.parametrize(("text", "place", "told"), TIMES.values(), ids=TIMES)
def test_what_is_wrong_with_what_speaks_of_time(text: str, place: str, told: str, tmp_path: Path):
    assert complaints(tmp_path, {"a.yaml": policy(text)}) == [PLACE.format(place, told)]


def test_a_policy_that_speaks_of_time(tmp_path: Path):
    text = (
        'windows:\n  allow: [{schedule: "0  22 * * 1-5", duration: 6h, zone: Europe/Berlin}]\n'
        '  deny: [{schedule: "0 0 20 12 *", duration: 14d, reason: end of the year}]\n'
        "maxPause: 14d\n"
        "acknowledge:\n  - {addresses: [Source/s, ClusterLink/e*/x.?], until: 2030-01-01T00:00:00Z, "
        "reason: INC-7}\n"
    )
    (found,), warnings = _loaded(tmp_path, LABELLED, policy(text))

    assert found.windows == Windows(
        (Window("0 22 * * 1-5", timedelta(hours=6), "Europe/Berlin"),),
        (Window("0 0 20 12 *", timedelta(days=14), "UTC", "end of the year"),),
    )
    assert found.max_pause == timedelta(days=14)
    assert found.acknowledged == (
        Acknowledgement(
            ("Source/s", "ClusterLink/e*/x.?"),
            datetime(2030, 1, 1, tzinfo=UTC),
            "INC-7",
            Origin(f"{tmp_path.as_posix()}/a.yaml", 29, 7),
        ),
    )
    assert warnings == [
        (
            "a.yaml:29:7: Policy/p: spec.acknowledge[0].addresses: ClusterLink/e*/x.? is no document that "
            "this policy selects; check its name, or remove it"
        )
    ]


@pytest.mark.parametrize(("text", "place", "told"), CASES.values(), ids=CASES)
def test_what_is_wrong_with_a_policy(text: str, place: str, told: str, tmp_path: Path):
    assert complaints(tmp_path, {"a.yaml": policy(text)}) == [PLACE.format(place, told)]


def test_a_spec_that_is_no_mapping_has_one_error(tmp_path: Path):
    text = policy("maxChanges: 1").partition("spec:")[0] + "spec: [1]\n"

    assert complaints(tmp_path, {"a.yaml": text}) == [
        PLACE.format("4:7", "spec: expected a mapping, got a list; write `field: value` lines")
    ]


def test_two_policies_of_one_name_are_an_error(tmp_path: Path):
    text = policy("maxChanges: 1") + "---\n" + policy("maxChanges: 2")

    assert complaints(tmp_path, {"a.yaml": text}) == [
        "a.yaml:9:18: Policy/p: metadata.name: Policy/p is declared twice, first at "
        f"{tmp_path.as_posix()}/a.yaml:3; rename or remove one of the two".replace(
            f"{tmp_path.as_posix()}/", ""
        )
    ]
