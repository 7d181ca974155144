"""A document as it results, with the places of what was put in."""

from pathlib import Path

from reconciler.spec import Chosen, load, load_whole
from reconciler.spec.resulting import as_json, as_yaml
from tests.unit.spec.chosen import SOURCE, write_specs
from tests.unit.spec.writing import CONNECTIONS, NOW, completed

VALUES = """\
values: {AGE: 3d, UNIT: d}
overlays:
  Source/s:
    spec:
      suspend: {until: 2026-12-01T00:00:00Z, reason: "a: b"}
"""
SHOWN = """\
# Source/s, specs/a.yaml:11, overlaid by values/prod.yaml:3
apiVersion: reconciler.dev/v1alpha1
kind: Source
metadata:
  name: s
spec:
  connection: streamkap
  source: orders
  snapshots:
    - topics:
        - a
      state: completed
      maxAge: 3d  # values/prod.yaml:1
      filter: "x = '$${y}' d 3d"  # values/prod.yaml:1, values/prod.yaml:1
  suspend:
    until: 2026-12-01T00:00:00Z  # values/prod.yaml:5
    reason: "a: b"  # values/prod.yaml:5
"""


def test_a_document_is_shown_with_the_places_of_what_was_put_in(tmp_path: Path):
    spec = completed("maxAge: ${AGE}\nfilter: x = '$${y}' ${UNIT} ${AGE}")
    write_specs(tmp_path, CONNECTIONS + spec, VALUES)
    whole = load_whole([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))

    found = next(document for document in whole.documents if document.address == SOURCE)
    assert as_yaml(found).replace(f"{tmp_path.as_posix()}/", "") == SHOWN
    assert [row["path"] for row in as_json(found)["origins"]] == [
        "spec.snapshots[0].filter",
        "spec.snapshots[0].filter",
        "spec.snapshots[0].maxAge",
        "spec.suspend.reason",
        "spec.suspend.until",
    ]


def test_what_is_shown_reads_back_as_the_same(tmp_path: Path):
    spec = completed("maxAge: ${AGE}\nfilter: x = '$${y}' ${UNIT} ${AGE}")
    write_specs(tmp_path, CONNECTIONS + spec, VALUES)
    whole = load_whole([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))
    (tmp_path / "again.yaml").write_text("---\n".join(map(as_yaml, whole.documents)))

    again = load([tmp_path / "again.yaml"], now=NOW)
    assert [s.digest for s in again.sources] == [s.digest for s in whole.desired.sources]
