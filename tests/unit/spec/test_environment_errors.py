"""What is wrong with specs and their values file is told where it is written."""

from pathlib import Path

import pytest

from reconciler.errors import SpecInvalid
from reconciler.spec import Chosen, load
from tests.unit.spec.chosen import write_specs, wrong
from tests.unit.spec.writing import CONNECTIONS, NOW, completed, simple

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
    told = wrong(tmp_path, spec, values)

    if len(expected) == 1:
        assert any(line.startswith(expected[0]) for line in told)
    else:
        assert told == expected


def test_a_values_file_that_is_no_text_is_told(tmp_path: Path):
    write_specs(tmp_path, CONNECTIONS + simple(target='source: "${A}"'), "")
    (tmp_path / "values/prod.yaml").write_bytes(b"\xff")
    with pytest.raises(SpecInvalid) as caught:
        load([tmp_path / "specs"], now=NOW, chosen=Chosen("prod"))

    assert [problem.message for problem in caught.value.diagnostics] == ["the file is not UTF-8"]


@pytest.mark.parametrize(("text", "closing"), [("source: [${A}]", "]"), ("source: {a: ${A}}", "}")])
def test_a_variable_inside_brackets_needs_quotes(text: str, closing: str, tmp_path: Path):
    told = wrong(tmp_path, simple(target=text), "values: {A: 1}\n")

    assert any(f"add `,` or `{closing}`, and put `${{NAME}}` in quotes" in line for line in told)


def test_a_values_file_among_the_specs_is_told_as_that(tmp_path: Path):
    told = wrong(tmp_path, simple() + "---\nvalues: {A: 1}\n", None)

    assert told == [
        (
            "specs/a.yaml:10:1: : this is a values file of an environment, and no spec; keep it outside "
            "of the specs, in `values` beside them; --env chooses it"
        )
    ]
