"""Whatever is in the file, it is a plan or a sentence; each sentence compared whole."""

import json
from collections.abc import Callable

import pytest

from reconciler import __version__
from reconciler.core.digest import digest
from reconciler.errors import UsageError
from reconciler.model.call import Json
from reconciler.model.outcome import Outcome
from reconciler.model.saved import SavedPlan
from reconciler.records import replace
from reconciler.render import json_view, planfile
from tests.support.plans import left, left_run
from tests.support.saved import rich_saved, small_saved

SAVED = small_saved()
TEXT = planfile.write(SAVED)
WRITE_ONE = "write one with `reconciler plan --out FILE`"
CHANGED = "it was changed after it was written; plan again"


def _refusal(data: bytes) -> str:
    with pytest.raises(UsageError) as refused:
        planfile.read(data)
    return str(refused.value)


def _forged(change: Callable[[dict[str, Json]], object]) -> bytes:
    """The file with a change, and with a digest that fits it."""
    document = json.loads(TEXT)
    change(document)
    del document["integrity"]
    return json.dumps({**document, "integrity": digest(document)}).encode()


LEFT_BEHIND = replace(
    SAVED, plan=replace(SAVED.plan, left_behind=(left("a"), left_run("b")), has_ledger=True)
)


@pytest.mark.parametrize(
    "saved", [SAVED, rich_saved()[0], LEFT_BEHIND], ids=["small", "rich", "left-behind"]
)
def test_what_was_written_is_read(saved: SavedPlan) -> None:
    assert planfile.read(planfile.write(saved).encode()) == saved


def test_layout_does_not_count() -> None:
    document = json.loads(TEXT)

    assert planfile.read(json.dumps(document, indent=None).encode()) == SAVED
    assert planfile.read(TEXT.replace("\n", "\r\n").encode()) == SAVED


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"", "it ends in the middle; copy it again, or plan again", id="empty"),
        pytest.param(
            TEXT.encode()[:-3], "it ends in the middle; copy it again, or plan again", id="short"
        ),
        pytest.param(b"kind: Source", f"it is no plan file: no JSON; {WRITE_ONE}", id="yaml"),
        pytest.param(b'{"a": "\xff"}', f"it is no plan file: no JSON; {WRITE_ONE}", id="no-utf-8"),
        pytest.param(b"[" * 100_000, f"it is no plan file: no JSON; {WRITE_ONE}", id="deep"),
        pytest.param(b"[]", f"it is no plan file; {WRITE_ONE}", id="a-list"),
        pytest.param(b'{"a": 1}', f"it is no plan file; {WRITE_ONE}", id="another-document"),
        pytest.param(
            b'{"format_version": "1.0"}', f"it is no plan file; {WRITE_ONE}", id="no-integrity"
        ),
        pytest.param(
            json_view.dumps(json_view.plan(SAVED.plan, (Outcome.OK,))).encode(),
            f"it is what --format json prints, not a plan file; {WRITE_ONE}",
            id="a-printed-plan",
        ),
        pytest.param(
            b" " * (planfile.MAX_BYTES + 1),
            f"it is no plan file: larger than 256 MiB; {WRITE_ONE}",
            id="large",
        ),
        pytest.param(TEXT.replace("orders.new", "orders.old").encode(), CHANGED, id="edited"),
        pytest.param(TEXT.replace('"integrity": "', '"integrity": "x').encode(), CHANGED, id="sum"),
        pytest.param(
            b'{"format_version": "1.0", "integrity": "", "a": ' + b"[" * 900 + b"]" * 900 + b"}",
            CHANGED,
            id="deeper-than-a-plan",
        ),
    ],
)
def test_what_is_no_plan_file(data: bytes, told: str) -> None:
    assert _refusal(data) == told


@pytest.mark.parametrize(
    ("version", "told"),
    [
        pytest.param(
            "1.1",
            "it has format 1.1, and this reconciler reads 1.0; "
            f"apply it with the version that wrote it, reconciler {__version__}",
            id="newer-minor",
        ),
        pytest.param(
            "2.0",
            "it has format 2.0, and this reconciler reads 1.0; "
            f"apply it with the version that wrote it, reconciler {__version__}",
            id="newer-major",
        ),
        pytest.param(
            "0.9", "it has format 0.9, and this reconciler reads 1.0; plan again", id="older-major"
        ),
        pytest.param(1, f"it is no plan file: its format is 1; {WRITE_ONE}", id="a-number"),
        pytest.param("1", f"it is no plan file: its format is '1'; {WRITE_ONE}", id="no-minor"),
        pytest.param(
            "1.٣", f"it is no plan file: its format is '1.٣'; {WRITE_ONE}", id="other-digits"
        ),
    ],
)
def test_a_format_that_is_not_read_here_is_told_before_anything_else(
    version: Json, told: str
) -> None:
    document = json.loads(TEXT) | {"format_version": version}

    assert _refusal(json.dumps(document).encode()) == told


def test_a_newer_file_may_not_say_who_wrote_it() -> None:
    assert _refusal(b'{"format_version": "9.0", "integrity": "", "reconciler_version": 9}') == (
        "it has format 9.0, and this reconciler reads 1.0; apply it with the version that wrote it"
    )


def _set(*path: str | int, value: Json) -> Callable[[dict[str, Json]], None]:
    def change(document: dict[str, Json]) -> None:
        *outer, last = path
        place = document
        for name in outer:
            place = place[name]
        place[last] = value

    return change


def _drop(name: str) -> Callable[[dict[str, Json]], object]:
    return lambda document: document.pop(name)


NOT_OURS = "it is not what a reconciler writes: "


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            _drop("specs"),
            f"{NOT_OURS}Object missing required field `specs`; plan again",
            id="a-field-less",
        ),
        pytest.param(
            _set("password", value="x"),
            f"{NOT_OURS}Object contains unknown field `password`; plan again",
            id="a-field-more",
        ),
        pytest.param(
            _set("steps", 0, "change", "action", value="promote"),
            f"{NOT_OURS}Invalid value 'promote' - at `$.steps[0].change.action`; plan again",
            id="another-change",
        ),
        pytest.param(
            _set("steps", 0, "call", "url", value="https://elsewhere.test"),
            f"{NOT_OURS}Object contains unknown field `url` - at `$.steps[0].call`; plan again",
            id="an-endpoint",
        ),
        pytest.param(
            _set("steps", 0, "items", value=[]),
            f"{NOT_OURS}Expected `array` of length >= 1 - at `$.steps[0].items`; plan again",
            id="no-items",
        ),
        pytest.param(
            _set("partial", value=0),
            f"{NOT_OURS}Expected `bool`, got `int` - at `$.partial`; plan again",
            id="a-number-for-a-truth",
        ),
        pytest.param(
            _set("created_at", value="2026-11-21T09:30:00"),
            f"{NOT_OURS}Expected `datetime` with a timezone component - at `$.created_at`; "
            "plan again",
            id="no-zone",
        ),
        pytest.param(
            _set("left_behind", value=["x"]),
            f"{NOT_OURS}Expected `object`, got `str` - at `$.left_behind[0]`; plan again",
            id="left-behind",
        ),
        pytest.param(
            _set("summary", "change", value=77),
            f"{NOT_OURS}it says two things; plan again",
            id="another-count",
        ),
        pytest.param(
            _set("resources", 0, "address", value="Source/else"),
            f"{NOT_OURS}it says two things; plan again",
            id="two-addresses",
        ),
        pytest.param(
            _set("created_at", value="2026-11-21T10:30:00+01:00"),
            f"{NOT_OURS}it says two things; plan again",
            id="another-spelling",
        ),
        pytest.param(
            _set("approval", value=f"sha256:{'0' * 64}"),
            "it contradicts itself: its approval is not that of its steps; plan again",
            id="another-approval",
        ),
        pytest.param(
            _set("steps", 0, "id", value="s2"),
            "it contradicts itself: s2 is out of order; plan again",
            id="out-of-order",
        ),
    ],
)
def test_a_forged_file_is_refused(change: Callable[[dict[str, Json]], object], told: str) -> None:
    assert _refusal(_forged(change)) == told


def test_the_order_of_fields_is_nobodys_concern() -> None:
    document = json.loads(TEXT)
    turned = dict(reversed(document.items()))

    assert planfile.read(json.dumps(turned).encode()) == SAVED


def test_a_plan_of_topics_that_nobody_manages_is_counted_as_before() -> None:
    saved = replace(SAVED, plan=replace(SAVED.plan, unmanaged=17))

    assert planfile.read(planfile.write(saved).encode()).plan.unmanaged == 17
