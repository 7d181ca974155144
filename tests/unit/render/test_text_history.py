"""What happened, line by line."""

import pytest

from reconciler.model.history import Entry, EntryKind
from reconciler.model.journal import Actor
from reconciler.records import replace
from reconciler.render.lines import Style, plain
from reconciler.render.text_history import history, what_of
from tests.support.ledgers import ANNA, CI, LINK_SCOPE, SCOPE, after
from tests.support.specs import NOW, SINCE

REQUEST = "POST /sources/snapshot"


def asked(topic: str = "t", **changes: object) -> Entry:
    """A start that was asked for."""
    address = f"Source/orders/{topic}"
    base = Entry(NOW, EntryKind.INTENT, address, SCOPE, topic, "start", REQUEST, "i1", CI)
    return replace(base, **changes)


def answered(word: str, **changes: object) -> Entry:
    """What came back."""
    base = Entry(NOW, EntryKind.ANSWER, "Source/orders/t", SCOPE, "t", word, "", "i1")
    return replace(base, **changes)


def seen(word: str, **changes: object) -> Entry:
    """A run that was seen."""
    base = Entry(NOW, EntryKind.SIGHTING, "Source/orders/t", SCOPE, "t", word, "", "i1")
    return replace(base, **changes)


def drift(word: str, **changes: object) -> Entry:
    """What a monitor found."""
    base = Entry(NOW, EntryKind.DRIFT, "ClusterLink/east/t", "", "t", word)
    return replace(base, **changes)


def said(word: str, **changes: object) -> Entry:
    """What Anna said."""
    base = Entry(NOW, EntryKind.WORD, "Source/orders/t", SCOPE, "t", word, "I looked", "", ANNA)
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (asked(), "asked to start"),
        (asked(word="stop"), "asked to stop"),
        (asked(word="pause"), "asked to pause"),
        (asked(word="resume"), "asked to resume"),
        (answered("accepted"), "accepted"),
        (answered("accepted", request_id="r-7", message="ok"), "accepted (request id r-7): ok"),
        (answered("failed", message="no such topic"), "refused: no such topic"),
        (answered("busy"), "refused, another run was in the way"),
        (answered("not_sent"), "not sent"),
        (answered("unknown"), "no answer, it may have taken effect"),
        (answered("of tomorrow"), "of tomorrow"),
        (drift("found", message="ACTIVE, wanted PAUSED"), "drift found: ACTIVE, wanted PAUSED"),
        (drift("changed", message="it failed"), "drifts in another way: it failed"),
        (drift("over"), "drift is over"),
        (seen("running", time=SINCE), "seen running, begun 2026-11-20T00:00:00Z"),
        (seen("completed"), "seen completed, undated"),
        (said("happened"), "said that it happened (I looked)"),
        (said("did_not"), "said that it did not happen (I looked)"),
        (said("mark", time=SINCE), "said when it ran: 2026-11-20T00:00:00Z (I looked)"),
        (said("retry", message=""), "wanted it once more"),
        (said("forget"), "said to forget it (I looked)"),
        (said("break"), "broke the lease (I looked)"),
    ],
)
def test_an_entry_in_plain_words(entry, told):
    assert what_of(entry) == told


ENTRIES = [
    said("break", at=after(4), address="", scope=LINK_SCOPE, topic=""),
    seen("running", at=after(2), time=after(1)),
    answered("accepted", at=after(1), request_id="r-7"),
    asked("t"),
    asked("a"),
    asked("x", address="Source/other/x"),
]


def test_one_line_for_what_one_call_asked_of_a_document():
    shown = plain(history(ENTRIES, "ledger.db", 50, verbose=False))

    assert shown == (
        f"TIME                  WHO   {'ADDRESS':36}  WHAT\n"
        f"2026-11-22T12:04:00Z  anna  {'confluent/cc.test/lkc-1/east-to-west':36}  broke the lease (I looked)\n"
        f"2026-11-22T12:02:00Z  -     {'Source/orders/t':36}  seen running, begun 2026-11-22T12:01:00Z\n"
        f"2026-11-22T12:01:00Z  -     {'Source/orders/t':36}  accepted (request id r-7)\n"
        f"2026-11-22T12:00:00Z  ci    {'Source/orders/a and 1 more':36}  asked to start\n"
        f"2026-11-22T12:00:00Z  ci    {'Source/other/x':36}  asked to start\n"
    )


def test_v_gives_every_topic_its_line_and_says_where_it_came_from():
    local = asked("x", actor=Actor("anna"), intent="")
    shown = plain(history([*ENTRIES[2:4], local], "ledger.db", 2, verbose=True))

    assert shown == (
        "TIME                  WHO  ADDRESS          WHAT\n"
        "2026-11-22T12:01:00Z  -    Source/orders/t  accepted (request id r-7)\n"
        "    intent i1 · scope streamkap/sk.test/id-orders\n"
        "2026-11-22T12:00:00Z  ci   Source/orders/t  asked to start\n"
        "    POST /sources/snapshot · intent i1 · scope streamkap/sk.test/id-orders · "
        "run https://ci.test/runs/7 · commit c0ffee\n"
        "\n"
        "There is more before that; raise --limit.\n"
    )
    assert "    POST /sources/snapshot · scope streamkap/sk.test/id-orders\n" in plain(
        history([local], "ledger.db", 2, verbose=True)
    )


def test_without_any_it_says_whose_memory_it_is():
    assert plain(history([], "/x/ledger.db", 50, verbose=False)) == (
        "Nothing has happened yet, as far as /x/ledger.db knows.\n"
    )


@pytest.mark.parametrize(
    ("entry", "style"),
    [
        (said("mark"), Style.ACCENT),
        (answered("unknown"), Style.BAD),
        (answered("failed"), Style.BAD),
        (seen("failed"), Style.BAD),
        (answered("accepted"), Style.PLAIN),
    ],
)
def test_what_went_wrong_and_what_people_said_stand_out(entry, style):
    rows = history([entry], "ledger.db", 50, verbose=False)

    assert rows[1].spans[-1].style is style
