"""A whole world: what a document says, and the document that says it.

    seed: 7                    randomness; the same seed, the same ids
    speed: 60                  seconds of the sandbox per real second
    quirks: {conflict_on: never}
    timing: {pending: 1s}
    streamkap: {…}             `streamkap/documents.py`
    confluent: {…}             `confluent/document.py`

Times are RFC 3339, or offsets from the moment the document is loaded.
"""

import functools
from collections.abc import Mapping
from importlib import resources

import yaml

from reconciler.records import Struct, replace
from reconciler.sandbox import json_text, quirks, timing
from reconciler.sandbox.clock import FASTEST
from reconciler.sandbox.confluent import ConfluentState
from reconciler.sandbox.fields import Section, section
from reconciler.sandbox.problems import WorldInvalid
from reconciler.sandbox.quirks import Quirks
from reconciler.sandbox.streamkap.documents import (
    project_document,
    read_project,
    read_source,
    source_document,
    topic_document,
)
from reconciler.sandbox.streamkap.history import Beginning, entries, read_runs
from reconciler.sandbox.streamkap.nouns import Run, Source
from reconciler.sandbox.streamkap.state import StreamkapState, assemble
from reconciler.sandbox.timing import Timing


class World(Struct):
    """Everything a sandbox is, but for its clock, its faults and its log.

    Attributes:
        seed: Seed of all randomness.
        quirks: How the undocumented behaves.
        timing: How long things take.
        speed: How fast time passes.
        streamkap: The Streamkap half.
        confluent: The Confluent half.
    """

    seed: int
    quirks: Quirks
    timing: Timing
    speed: float
    streamkap: StreamkapState
    confluent: ConfluentState


def read_world(document: Mapping[str, object], start: float) -> World:
    """A world from its document.

    Args:
        document: As YAML or JSON gives it.
        start: The sandbox's time, which offsets count from.

    Raises:
        WorldInvalid: Something in it is unknown, missing, twice or of the wrong type; the message
            names the place.
    """
    given = section("", document)
    chosen_quirks, chosen_timing, confluent = _parts(given, start)
    speed = given.number("speed", 1.0)
    if speed > FASTEST:
        raise given.wrong("speed", f"a number up to {FASTEST:.0f}", speed)
    world = World(
        seed=given.count("seed", 0),
        quirks=chosen_quirks,
        timing=chosen_timing,
        speed=speed,
        streamkap=_read_streamkap(given.section("streamkap"), Beginning(start, chosen_timing)),
        confluent=confluent,
    )
    given.finish()
    return world


def world_document(world: World, now: float) -> dict[str, object]:
    """The document of a world as it stands at a moment, with absolute times.

    Args:
        world: The world.
        now: The sandbox's time; what is under way then goes on from there when it is read back.
    """
    streamkap = project_document(world.streamkap.project)
    streamkap["sources"] = [
        _source_document(source, world.streamkap, now)
        for source in world.streamkap.sources.values()
    ]
    return {
        "seed": world.seed,
        "speed": world.speed,
        "quirks": quirks.as_dict(world.quirks),
        "timing": timing.as_dict(world.timing),
        "streamkap": streamkap,
        "confluent": world.confluent.document(),
    }


def read_text(text: bytes) -> dict[str, object]:
    """A document from bytes, JSON or YAML.

    Raises:
        WorldInvalid: It is neither, or no mapping.
    """
    try:
        document = json_text.decode(text)
    except ValueError:
        document = _read_yaml(text)
    return dict(section("", document).values)


def write_yaml(document: Mapping[str, object]) -> str:
    """A document as YAML, in its own order."""
    return yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True, width=100)


def sample_world() -> dict[str, object]:
    """The document a new sandbox begins with; the same as in the guide and the sample specs."""
    return read_text(_sample())


@functools.cache
def _sample() -> bytes:
    return resources.files("reconciler.sandbox").joinpath("sample.yaml").read_bytes()


def _read_yaml(text: bytes) -> object:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        found: object = loader.get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise WorldInvalid(f"the world is neither JSON nor YAML: {error}") from error
    return found


def _parts(given: Section, start: float) -> tuple[Quirks, Timing, ConfluentState]:
    """The parts that have their own readers, which speak of `ValueError` only."""
    try:
        return (
            quirks.parse(given.mapping("quirks")),
            timing.parse(given.mapping("timing")),
            ConfluentState.parse(given.mapping("confluent"), start),
        )
    except ValueError as error:
        raise WorldInvalid(str(error)) from error


def _read_streamkap(given: Section, beginning: Beginning) -> StreamkapState:
    project = read_project(given)
    found: dict[str, Source] = {}
    runs: list[Run] = []
    for item in given.sections("sources"):
        source = read_source(item, beginning.start)
        if source.id in found:
            raise WorldInvalid(f"{item.place}: source id {source.id} stands there twice")
        found[source.id] = source
        runs += read_runs(section(item.place, item.values), source, beginning)
    given.finish()
    runs.sort(key=lambda run: run.submitted)
    numbered = (replace(run, number=number) for number, run in enumerate(runs, start=1))
    return assemble(project, found.values(), numbered)


def _source_document(source: Source, state: StreamkapState, now: float) -> dict[str, object]:
    document = source_document(source)
    found = entries(state.runs_of(source.id), now)
    document["topics"] = [
        topic_document(topic, source.id)
        | ({"snapshots": found[topic.name]} if topic.name in found else {})
        for topic in source.topics.values()
    ]
    return document
