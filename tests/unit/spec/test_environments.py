"""Specs with a values file: what results, what is wrong, and where it is said."""

from pathlib import Path
from textwrap import dedent

import pytest

from reconciler.errors import SpecInvalid, UsageError
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Desired, DesiredSource
from reconciler.spec import Chosen, load, load_whole
from reconciler.spec.environments import environments
from reconciler.spec.resulting import as_json, as_yaml
from tests.unit.spec.writing import CONNECTIONS, NOW, completed, policy, simple

SOURCE = Address(Kind.SOURCE, "s")


def _write(folder: Path, spec: str, values: str | None) -> None:
    (folder / "specs").mkdir()
    (folder / "specs/a.yaml").write_text(spec, encoding="utf-8")
    if values is not None:
        (folder / "values").mkdir()
        (folder / "values/prod.yaml").write_text(dedent(values), encoding="utf-8")


def _loaded(folder: Path, spec: str, values: str | None = None) -> Desired:
    _write(folder, CONNECTIONS + spec, values)
    chosen = None if values is None else Chosen("prod")
    return load([folder / "specs"], now=NOW, chosen=chosen)


def _source(folder: Path, spec: str, values: str | None = None) -> DesiredSource:
    (found,) = _loaded(folder, spec, values).sources
    return found


def _wrong(folder: Path, spec: str, values: str | None) -> list[str]:
    """What is wrong, lines of specs counted without the connections."""
    before = CONNECTIONS.count("\n")
    with pytest.raises(SpecInvalid) as caught:
        _loaded(folder, spec, values)
    told = []
    for problem in caught.value.diagnostics:
        file = problem.file.removeprefix(f"{folder.as_posix()}/")
        line = problem.line - before if file.startswith("specs") else problem.line
        text = f"{problem.message}; {problem.advice}".replace(f"{folder.as_posix()}/", "")
        told.append(f"{file}:{line}:{problem.column}: {problem.field}: {text}")
    return told


def test_a_value_alone_keeps_its_type(tmp_path: Path):
    text = policy('maxChanges: ${N}\nreason: "${REASON}"')
    (found,) = _loaded(tmp_path, text, 'values: {N: 5, REASON: "5"}\n').policies

    assert (found.max_changes, found.reason) == (5, "5")


def test_a_name_is_a_name_although_some_readers_take_it_for_a_truth_value(tmp_path: Path):
    (found,) = _loaded(tmp_path, policy("maxChanges: ${NO}"), "values: {NO: 7}\n").policies

    assert found.max_changes == 7


def test_a_value_in_a_text_is_text_as_it_is_written(tmp_path: Path):
    spec = completed("maxAge: ${DAYS}d\nfilter: \"r = '${REGION}' and n = ${DAYS} and '$${x}'\"")
    (rule,) = _source(tmp_path, spec, "values: {DAYS: 3, REGION: east}\n").rules

    assert rule.max_age is not None
    assert (rule.max_age.days, rule.filter) == (3, "r = 'east' and n = 3 and '${x}'")


def test_an_escape_needs_no_environment(tmp_path: Path):
    (rule,) = _source(tmp_path, completed("maxAge: 3d\nfilter: \"a = '$${x}'\"")).rules

    assert rule.filter == "a = '${x}'"


def test_what_was_put_in_is_not_looked_at_again(tmp_path: Path):
    spec = completed('maxAge: 3d\nfilter: "${A}"')
    (rule,) = _source(tmp_path, spec, "values: {A: 'x $${B}', B: no}\n".replace("no", "'2'")).rules

    assert rule.filter == "x ${B}"


def test_an_overlay_merges_replaces_lists_and_removes(tmp_path: Path):
    found = _source(
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
    found = _source(tmp_path, simple(), values)

    (rule,) = found.rules
    assert found.origin.file.endswith("specs/a.yaml")
    assert rule.origin.file.endswith("values/prod.yaml")
    assert (rule.origin.line, rule.topics[0].origin.line) == (4, 4)


def test_an_overlay_is_found_by_the_name_that_results(tmp_path: Path):
    values = "values: {NAME: east}\noverlays: {Source/east: {spec: {source: other}}}\n"
    found = _source(tmp_path, simple(name='"${NAME}"'), values)

    assert (str(found.address), found.source) == ("Source/east", "other")


def test_what_an_overlay_replaces_needs_no_value(tmp_path: Path):
    found = _source(
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
    _write(tmp_path, SHARED, values)
    (found,) = load_whole([tmp_path / "specs"], now=NOW, chosen=Chosen("prod")).documents

    assert found.value["metadata"] == {"name": "p", "labels": {"team": "b"}}
    assert found.value["spec"] == {"maxChanges": 1, "selector": {"labels": {"team": "a"}}}


def test_an_alias_that_holds_itself_ends(tmp_path: Path):
    spec = simple(target='source: &a ["${A}", *a]')

    (told,) = _wrong(tmp_path, spec, "values: {A: 1}\noverlays: {Source/s: {spec: {}}}\n")
    assert "nested deeper than 100 levels" in told


def test_the_digest_is_of_the_document_that_results(tmp_path: Path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    written = _source(tmp_path / "one", simple(target="source: other"))
    made = _source(tmp_path / "two", simple(), "overlays: {Source/s: {spec: {source: other}}}\n")

    assert made.digest == written.digest


def test_the_documents_that_an_environment_changed_are_known(tmp_path: Path):
    spec = simple() + "---\n" + simple(name="t", target='source: "${T}"')
    found = _loaded(tmp_path, spec, "values: {T: x}\n")

    assert found.environment is not None
    assert found.environment.name == "prod"
    assert found.environment.shaped == (Address(Kind.SOURCE, "t"),)


def test_a_value_that_nothing_uses_is_a_warning(tmp_path: Path):
    (told,) = [
        text for text in _loaded(tmp_path, simple(), "values: {A: 1}\n").warnings if "A" in text
    ]

    expected = "values/prod.yaml:1:10: values.A: no spec uses this value; remove it, or write it "
    assert f"{expected}into a spec" in told


UNDEFINED = "is not defined in values/prod.yaml"
NEEDS = "needs an environment; give --env NAME (or RECONCILER_ENV), which reads values/NAME.yaml; "


@pytest.mark.parametrize(
    ("spec", "values", "expected"),
    [
        pytest.param(
            completed("since: ${SINCE}"),
            None,
            [f"specs/a.yaml:10:14: spec.snapshots[0].since: `${{SINCE}}` {NEEDS}or write `$${{`"],
            id="no-environment",
        ),
        pytest.param(
            completed("since: ${SINCE}"),
            "values: {SINC: 2026-11-20T00:00:00Z}\n",
            [
                (
                    f"specs/a.yaml:10:14: spec.snapshots[0].since: `${{SINCE}}` {UNDEFINED}; "
                    "did you mean `${SINC}`?"
                )
            ],
            id="undefined-near",
        ),
        pytest.param(
            completed("maxAge: ${A}${B}d"),
            "values: {}\n",
            [
                f"specs/a.yaml:10:15: spec.snapshots[0].maxAge: `${{{name}}}` {UNDEFINED}; "
                "define it there, below `values`"
                for name in "AB"
            ],
            id="every-undefined",
        ),
        pytest.param(
            simple(target='source: "${A-B}"'),
            "values: {A: 1}\n",
            [
                (
                    "specs/a.yaml:6:11: spec.source: `${` begins no variable; write `${NAME}`, or "
                    "`$${` for the two signs"
                )
            ],
            id="stray",
        ),
        pytest.param(
            simple(target='source: orders\n  "${A}": 1'),
            "values: {A: suspend}\n",
            [
                (
                    "specs/a.yaml:7:3: spec: `${` stands in the name of a field; values are put into "
                    "values only"
                )
            ],
            id="in-a-key",
        ),
        pytest.param(
            completed("since: ${SINCE}"),
            "values:\n  SINCE: 2026-11-20\n",
            [
                (
                    "values/prod.yaml:2:10: spec.snapshots[0].since: expected a time, got the date "
                    "'2026-11-20'; add a time of day and a zone, such as 2026-11-20T00:00:00Z"
                )
            ],
            id="wrong-value",
        ),
        pytest.param(
            simple(),
            "overlays: {Source/z: {spec: {}}, Sorce/s: {spec: {}}}\n",
            [
                (
                    "values/prod.yaml:1:12: overlays.Source/z: there is no Source/z in the specs; did "
                    "you mean `Source/s`?"
                ),
                (
                    "values/prod.yaml:1:34: overlays.Sorce/s: 'Sorce/s' is no address of a document; "
                    "write Kind/name, such as Source/orders"
                ),
            ],
            id="no-document",
        ),
        pytest.param(
            simple(),
            "overlays: {Source/s: {spec: {sorce: a, suspend: {until: soon}}}}\n",
            [
                "values/prod.yaml:1:30: spec.sorce: unknown field `sorce`; did you mean `source`?",
                (
                    "values/prod.yaml:1:57: spec.suspend.until: expected a time, got 'soon'; write an "
                    "RFC 3339 time such as 2026-11-20T00:00:00Z"
                ),
            ],
            id="wrong-overlay",
        ),
        pytest.param(
            simple(),
            "overlays: {Source/s: {spec: {source: a, source: b, suspend: }}}\n",
            [
                (
                    "values/prod.yaml:1:41: spec.source: `source` stands here twice, first at "
                    "values/prod.yaml, line 1, column 30; remove one of the two"
                ),
                (
                    "values/prod.yaml:1:61: spec.suspend: no value stands here; write one, or remove "
                    "the field"
                ),
            ],
            id="twice-and-empty",
        ),
        pytest.param(
            simple(),
            "overlays: {Source/s: {kind: Policy, metadata: {name: t}}}\n",
            [
                (
                    "values/prod.yaml:1:23: overlays.Source/s.kind: an overlay cannot change `kind`; "
                    "it can change `spec` and `metadata.labels`"
                ),
                (
                    "values/prod.yaml:1:48: overlays.Source/s.metadata.name: an overlay cannot change "
                    "`metadata.name`; it can change `spec` and `metadata.labels`"
                ),
            ],
            id="identity",
        ),
        pytest.param(
            simple(),
            "overlays: {Source/s: {spec: {source: 'a-${A}'}}}\n",
            [
                (
                    "values/prod.yaml:1:38: spec.source: `${` stands in a values file, into which "
                    "nothing is put; write the value itself, or `$${` for the two signs"
                )
            ],
            id="variable-in-an-overlay",
        ),
        pytest.param(
            simple(target='source: "${A}${B}${C}${D}"'),
            "values: {A: [1], B: 'x${A}', C: yes, 1D: a, D: }\n",
            [
                (
                    "values/prod.yaml:1:10: values.A: expected one value, got a list; a value is a "
                    "text, a number or a truth value; the rest goes into `overlays`"
                ),
                (
                    "values/prod.yaml:1:18: values.B: `${` stands in a values file, into which nothing "
                    "is put; write the value itself, or `$${` for the two signs"
                ),
                (
                    "values/prod.yaml:1:33: values.C: `yes` is a truth value to some readers of YAML "
                    "and a word to others; write true or false, or put the word in quotes"
                ),
                (
                    "values/prod.yaml:1:38: values.1D: `1D` cannot be the name of a value; use "
                    "letters, digits and `_`, no digit first"
                ),
                (
                    "values/prod.yaml:1:48: values.D: no value stands here; write one, or remove the "
                    "field"
                ),
            ],
            id="wrong-values-are-told-once",
        ),
        pytest.param(
            simple(target='source: "${A}"'),
            "value: {A: 1}\noverlays: []\n",
            [
                "values/prod.yaml:1:1: value: unknown field `value`; did you mean `values`?",
                (
                    "values/prod.yaml:2:1: overlays: expected a mapping of addresses to overlays, got a "
                    "list; indent it"
                ),
            ],
            id="wrong-parts-hide-what-follows",
        ),
        pytest.param(
            simple(),
            "overlays: {Source/s: 1, Source/t: }\n",
            [
                (
                    "values/prod.yaml:1:12: overlays.Source/s: expected a part of the document, got "
                    "the number 1; write what differs below `spec`"
                ),
                (
                    "values/prod.yaml:1:35: overlays.Source/t: no value stands here; write one, or "
                    "remove the field"
                ),
            ],
            id="overlays-that-are-none",
        ),
        pytest.param(
            simple(target='source: "${A}"'),
            "a: [\n",
            ["values/prod.yaml:2:1: : not YAML: a list `[` or mapping `{` is not closed"],
            id="no-yaml",
        ),
        pytest.param(
            simple(),
            "values: {}\n---\nvalues: {}\n",
            [
                (
                    "values/prod.yaml:1:1: : a values file is one document; remove what stands after "
                    "`---`"
                )
            ],
            id="two-documents",
        ),
        pytest.param(
            simple(),
            "- 1\n",
            [
                (
                    "values/prod.yaml:1:1: : expected `values` and `overlays`, got a list; see "
                    "docs/environments.md"
                )
            ],
            id="no-mapping",
        ),
        pytest.param(
            simple(),
            "!x {}\n",
            ["values/prod.yaml:1:1: : tags such as `!name` are not used here; remove the tag"],
            id="a-tag",
        ),
        pytest.param(
            simple() + "---\nkind: Sorce\n",
            "overlays: {Source/t: {spec: {}}}\n",
            ["specs/a.yaml:10:7: kind: unknown kind 'Sorce'; did you mean `Source`?"],
            id="what-cannot-be-read-may-be-the-missing-one",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_is_written(
    spec: str, values: str | None, expected: list[str], tmp_path: Path
):
    told = _wrong(tmp_path, spec, values)

    if len(expected) == 1:
        assert any(line.startswith(expected[0]) for line in told)
    else:
        assert told == expected


def test_a_values_file_that_is_no_text_is_told(tmp_path: Path):
    _write(tmp_path, CONNECTIONS + simple(target='source: "${A}"'), "")
    (tmp_path / "values/prod.yaml").write_bytes(b"\xff")
    with pytest.raises(SpecInvalid) as caught:
        load([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))

    assert [problem.message for problem in caught.value.diagnostics] == ["the file is not UTF-8"]


SECRET = "hunter2"
AUTH = """\
apiVersion: reconciler.dev/v1alpha1
kind: Connection
metadata: {name: c}
spec:
  provider: streamkap
  endpoint: https://api.streamkap.com
  auth: {clientId: {env: "${ID}"}, clientSecret: %s}
"""


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ('"${S}"', f"values: {{ID: A, S: {SECRET}}}\n"),
        ('"x${S}"', f"values: {{ID: A, S: {SECRET}}}\n"),
        (f'"${{{SECRET}}}"', "values: {ID: A}\n"),
        (
            "{env: B}",
            (
                "values: {ID: A}\n"
                f"overlays: {{Connection/c: {{spec: {{auth: {{clientSecret: {SECRET}}}}}}}}}\n"
            ),
        ),
        (
            "{env: B}",
            (
                "values: {ID: A}\n"
                f"overlays: {{Connection/c: {{spec: {{auth: {{clientSecret: !x {SECRET}}}}}}}}}\n"
            ),
        ),
    ],
)
def test_a_secret_is_refused_and_not_quoted(written: str, values: str, tmp_path: Path):
    _write(tmp_path, AUTH % written, values)
    with pytest.raises(SpecInvalid) as caught:
        load([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))

    told = str(caught.value)
    assert "spec.auth.clientSecret" in told
    assert SECRET not in told


def test_where_a_secret_is_found_may_differ(tmp_path: Path):
    _write(tmp_path, AUTH % "{env: B}", "values: {ID: PROD_ID}\n")
    found = load([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))

    (connection,) = found.connections
    assert connection.auth.client_id is not None
    assert connection.auth.client_id.env == "PROD_ID"


def _named(text: str, folder: Path, chosen: Chosen) -> str:
    with pytest.raises(UsageError) as caught:
        load([folder / text], now=NOW, chosen=chosen)
    return str(caught.value).replace(f"{folder.as_posix()}/", "")


def test_an_environment_that_is_not_there_is_told_with_a_near_one(tmp_path: Path):
    _write(tmp_path, CONNECTIONS + simple(), "values: {}\n")

    missing = "there is no environment"
    assert _named("specs", tmp_path, Chosen("prd")) == (
        f"{missing} 'prd': values/prd.yaml does not exist; did you mean prod?"
    )
    assert _named("specs", tmp_path, Chosen("east")) == (
        f"{missing} 'east': values/east.yaml does not exist; known: prod"
    )
    assert _named("specs/a.yaml", tmp_path, Chosen("east")) == (
        f"{missing} 'east': neither specs/values/east.yaml nor values/east.yaml exists; known: prod"
    )
    assert _named("specs", tmp_path, Chosen("east", tmp_path / "none")) == (
        f"{missing} 'east': none/east.yaml does not exist; write it, or give --values"
    )


@pytest.mark.parametrize("name", ["", "../prod", "a/b", ".hidden", "a b"])
def test_a_name_leads_nowhere_else(name: str, tmp_path: Path):
    _write(tmp_path, CONNECTIONS + simple(), "values: {}\n")

    assert "is no name of an environment" in _named("specs", tmp_path, Chosen(name))


def test_values_are_found_beside_the_specs_and_where_they_are_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _write(tmp_path, CONNECTIONS + simple(), "values: {}\n")
    (tmp_path / "else").mkdir()
    (tmp_path / "else/prod.yaml").write_text("values: {}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "specs")

    def file(path: str, folder: Path | None = None) -> str:
        found = load([path], now=NOW, chosen=Chosen("prod", folder)).environment
        return found.file if found else ""

    assert [file("."), file("a.yaml"), file("../specs"), file(".", Path("../else"))] == [
        "../values/prod.yaml",
        "../values/prod.yaml",
        "../values/prod.yaml",
        "../else/prod.yaml",
    ]
    assert environments(["."], None) == ("prod",)


def test_two_values_files_for_one_environment_are_one_too_many(tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        _write(tmp_path / name, simple(name=name), "values: {}\n")
    with pytest.raises(UsageError, match=r"several values files, .* and .*; give --values"):
        load([tmp_path / "a/specs", tmp_path / "b/specs"], now=NOW, chosen=Chosen("prod"))


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
    _write(tmp_path, CONNECTIONS + spec, VALUES)
    loaded = load_whole([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))

    found = next(document for document in loaded.documents if document.address == SOURCE)
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
    _write(tmp_path, CONNECTIONS + spec, VALUES)
    loaded = load_whole([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))
    (tmp_path / "again.yaml").write_text("---\n".join(map(as_yaml, loaded.documents)))

    again = load([tmp_path / "again.yaml"], now=NOW)
    assert [s.digest for s in again.sources] == [s.digest for s in loaded.desired.sources]


@pytest.mark.parametrize(("text", "closing"), [("source: [${A}]", "]"), ("source: {a: ${A}}", "}")])
def test_a_variable_inside_brackets_needs_quotes(text: str, closing: str, tmp_path: Path):
    told = _wrong(tmp_path, simple(target=text), "values: {A: 1}\n")

    assert any(f"add `,` or `{closing}`, and put `${{NAME}}` in quotes" in line for line in told)


def test_a_values_file_among_the_specs_is_told_as_that(tmp_path: Path):
    told = _wrong(tmp_path, simple() + "---\nvalues: {A: 1}\n", None)

    assert told == [
        (
            "specs/a.yaml:10:1: : this is a values file of an environment, and no spec; keep it outside "
            "of the specs, in `values` beside them; --env chooses it"
        )
    ]
