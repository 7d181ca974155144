"""Answers that can be read, and say something else than usual."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from reconciler.ledger.protocol import Ledger
from tests.support.rich import completed, connections, snapshots, source, topic, world
from tests.support.stage import Stage
from tests.support.weather import (
    CON,
    FINE,
    KAP,
    LINKS,
    MIRRORS,
    SOURCE,
    SOURCES,
    STATE,
    a_fleet,
    blocked,
    first_word,
    rule,
    sentences,
    status,
    warnings,
)

CLOCKS = (
    "the clocks are apart: 2026-11-22T12:05:00Z there, 2026-11-22T12:00:00Z here; theirs counts;"
    " check the clock of this machine"
)
AT_STREAMKAP = "look at the source at Streamkap"
SILENT = (
    f"Source/crm: 1 resource could not be observed: kap: {STATE}: Streamkap shows neither runs nor an"
    f" empty list for {{}}; {AT_STREAMKAP}; if nothing ran there, start with `apply --retry`"
)


@dataclass(frozen=True)
class Strange:
    """A vendor who answers, and whose answers say something else than usual.

    Attributes:
        fault: What to answer in place of the API, or empty.
        quirks: Of the sandbox.
        told: Every sentence about it: for a person, unread, or a warning.
        word: What the apply ends with.
        results: What became of the topics.
    """

    told: tuple[str, ...]
    word: str
    results: Mapping[str, str]
    fault: Mapping[str, object] | None = None
    quirks: Mapping[str, str] = field(default_factory=dict)


ALL = FINE[KAP] | FINE[CON]
STRANGE = {
    "a snapshot's word that nobody knows": Strange(
        (
            (
                "Source/crm/crm.x: the vendor shows a snapshot status that is not known: archived;"
                f" {AT_STREAMKAP}"
            ),
        ),
        "blocked",
        FINE[CON],
        quirks={"unknown_status": "yes"},
    ),
    "a mirror's word that nobody knows, and fields more": Strange(
        (
            (
                "ClusterLink/west/a: the vendor shows a status that is not known: TELEPORTED; look at"
                " the topic at Confluent"
            ),
        ),
        "blocked",
        FINE[KAP],
        rule(
            MIRRORS,
            **status(
                200,
                {
                    "data": [
                        {"mirror_topic_name": "a", "mirror_status": "TELEPORTED", "extra": 1},
                        {"mirror_topic_name": "b", "mirror_status": "PAUSED", "extra": [None]},
                    ]
                },
            ),
        ),
    ),
    "a mirror without a word": Strange(
        (
            (
                "ClusterLink/west: 2 resources could not be observed: the vendor shows no status for it;"
                " look at the topic at Confluent"
            ),
        ),
        "error",
        FINE[KAP],
        rule(
            MIRRORS,
            **status(
                200,
                {
                    "data": [
                        {"mirror_topic_name": "a"},
                        {"mirror_topic_name": "b", "mirror_status": None},
                    ]
                },
            ),
        ),
    ),
    "a source missing from a 200": Strange(
        ("Source/crm: no source is named 'crm'; check the name and the project of the token",),
        "blocked",
        FINE[CON],
        rule(SOURCES, effect="partial"),
    ),
    "a source missing from the dashboard": Strange(
        (SILENT.format(f"source {SOURCE}"),), "error", FINE[CON], rule(STATE, effect="partial")
    ),
    "a topic without its snapshots, and fields more": Strange(
        (SILENT.format("this topic"),),
        "error",
        FINE[CON],
        rule(STATE, **status(200, {SOURCE: [{"id": f"source_{SOURCE}.crm.x", "extra": 1}]})),
    ),
    "a link missing from a 200": Strange(
        ("ClusterLink/west: cluster lkc-1 has no link 'west'; check link and clusterId",),
        "blocked",
        FINE[KAP],
        rule(LINKS, effect="partial"),
    ),
    "a mirror missing from a 200": Strange(
        (
            (
                "ClusterLink/west/b: not known to Confluent (yet); create it, or take it out of the"
                " spec"
            ),
        ),
        "blocked",
        FINE[KAP] | {"west/a": "settled"},
        rule(MIRRORS, effect="partial", times=1),
    ),
    "a run without its time": Strange(
        (
            (
                "Source/crm/crm.x: a snapshot completed, and the vendor does not say when;"
                f" {AT_STREAMKAP}, then say when it ran with `reconciler ledger mark`"
            ),
        ),
        "blocked",
        FINE[CON],
        quirks={"run_times": "null"},
    ),
    "clocks minutes apart": Strange(
        (f"con: {CLOCKS}", f"kap: {CLOCKS}"), "ok", ALL, quirks={"date_header": "skewed"}
    ),
    "no clock": Strange((), "ok", ALL, quirks={"date_header": "absent"}),
    "nulls left out": Strange((), "ok", ALL, quirks={"nulls": "omitted"}),
    "items missing from an answer to a call": Strange(
        (), "ok", ALL, quirks={"answer_missing_items": "yes"}
    ),
    "answers in any order": Strange((), "ok", ALL, quirks={"answer_order": "shuffled"}),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_answers_are_told_and_the_rest_of_the_fleet_goes_on(ledger: Ledger, name: str):
    row = STRANGE[name]
    stage = a_fleet(ledger, **row.quirks)
    stage.fail(*([row.fault] if row.fault else []))
    applied = stage.apply()
    words = {topic: result.value for topic, result in applied.results.items()}

    assert (*blocked(applied), *sentences(applied), *warnings(applied)) == row.told
    assert first_word(applied) == row.word
    assert words == row.results
    assert len(stage.writes()) == len({name.partition("/")[0] for name in words})


def test_a_history_that_forgets_a_run_of_ours_starts_no_other(ledger: Ledger):
    """The ledger saw it end; that nothing is shown any more is no reason to begin anew."""
    stage = a_fleet(ledger)
    stage.apply()
    stage.pass_time(3600)
    stage.apply()
    forgetful = world(source("crm", topic("crm.x")) | {"id": SOURCE})
    later = Stage(forgetful, connections() + snapshots("crm", completed("crm.x")), ledger=ledger)
    later.pass_time(7200)
    applied = later.apply()

    assert blocked(applied) == [
        (
            "Source/crm/crm.x: a start made 2026-11-22T12:00:05Z has ended, and no completed snapshot"
            " is as young as 2026-11-20T00:00:00Z: the vendor may have gone on with an older run;"
            f" {AT_STREAMKAP}, then raise `since`"
        )
    ]
    assert later.writes() == []
