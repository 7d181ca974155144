"""An overlay changes one document of the specs for one environment."""

from pathlib import Path

from reconciler.spec import Chosen, load_whole
from tests.unit.spec.chosen import only_source, write_specs, wrong
from tests.unit.spec.writing import NOW, simple


def test_an_overlay_merges_replaces_lists_and_removes(tmp_path: Path):
    found = only_source(
        tmp_path,
        simple(),
        """\
        overlays:
          Source/s:
            metadata: {labels: {team: a}}
            spec:
              source: null
              sourceId: 67ad6e0af08a2365c729ba79
              snapshots: [{topics: [b], state: unmanaged}]
        """,
    )

    assert (found.source, found.source_id) == ("", "67ad6e0af08a2365c729ba79")
    assert found.labels == (("team", "a"),)
    assert [[p.text for p in rule.topics] for rule in found.rules] == [["b"]]


def test_what_came_from_the_values_file_stands_there(tmp_path: Path):
    values = "overlays:\n  Source/s:\n    spec:\n      snapshots: [{topics: [b], state: idle}]\n"
    found = only_source(tmp_path, simple(), values)

    (rule,) = found.rules
    assert found.origin.file.endswith("specs/a.yaml")
    assert rule.origin.file.endswith("values/prod.yaml")
    assert (rule.origin.line, rule.topics[0].origin.line) == (4, 4)


def test_an_overlay_is_found_by_the_name_that_results(tmp_path: Path):
    values = "values: {NAME: east}\noverlays: {Source/east: {spec: {source: other}}}\n"
    found = only_source(tmp_path, simple(name='"${NAME}"'), values)

    assert (str(found.address), found.source) == ("Source/east", "other")


def test_what_an_overlay_replaces_needs_no_value(tmp_path: Path):
    found = only_source(
        tmp_path,
        simple(target='source: "${GONE}"'),
        "overlays: {Source/s: {spec: {source: other}}}\n",
    )

    assert found.source == "other"


SHARED = """\
apiVersion: reconciler.dev/v1alpha1
kind: Policy
metadata: {name: p, labels: &labels {team: "${TEAM}"}}
spec: {maxChanges: 1, selector: {labels: *labels}}
"""


def test_what_an_alias_shares_is_overlaid_in_one_place_only(tmp_path: Path):
    values = "values: {TEAM: a}\noverlays: {Policy/p: {metadata: {labels: {team: b}}}}\n"
    write_specs(tmp_path, SHARED, values)
    (found,) = load_whole([tmp_path / "specs"], now=NOW, chosen=Chosen("prod")).documents

    assert found.value["metadata"] == {"name": "p", "labels": {"team": "b"}}
    assert found.value["spec"] == {"maxChanges": 1, "selector": {"labels": {"team": "a"}}}


def test_an_alias_that_holds_itself_ends(tmp_path: Path):
    spec = simple(target='source: &a ["${A}", *a]')

    (told,) = wrong(tmp_path, spec, "values: {A: 1}\noverlays: {Source/s: {spec: {}}}\n")
    assert "nested deeper than 100 levels" in told


def test_the_digest_is_of_the_document_that_results(tmp_path: Path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    written = only_source(tmp_path / "one", simple(target="source: other"))
    made = only_source(
        tmp_path / "two", simple(), "overlays: {Source/s: {spec: {source: other}}}\n"
    )

    assert made.digest == written.digest
