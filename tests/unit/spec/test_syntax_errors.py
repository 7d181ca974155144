"""What is not YAML, or no document, is told with its place; the rest is read on."""

from pathlib import Path

import pytest

from tests.unit.spec.writing import CONNECTIONS, complaints, completed, simple, source

CASES = [
    pytest.param(
        completed("since: *x"),
        [
            "a.yaml:10:14: not YAML: an alias refers to an anchor that this document does not have; put values that begin with `*` in quotes"
        ],
        id="undefined-alias",
    ),
    pytest.param(
        source("- topics: [*]\n  state: idle\n"),
        [
            "a.yaml:8:17: not YAML: an alias refers to an anchor that this document does not have; put values that begin with `*` in quotes"
        ],
        id="unquoted-glob",
    ),
    pytest.param(
        source("- topics:\n    - *.dlq\n  state: idle\n"),
        [
            "a.yaml:9:12: not YAML: an alias refers to an anchor that this document does not have; put values that begin with `*` in quotes"
        ],
        id="unquoted-glob-item",
    ),
    pytest.param(
        "a: &x 1\nb: &x 2\n",
        ["a.yaml:2:4: not YAML: an anchor is defined twice; give each anchor its own name"],
        id="duplicate-anchor",
    ),
    pytest.param(
        "kind: Source\n\tspec: a\n",
        ["a.yaml:2:1: not YAML: a tab stands where the indentation is; indent with spaces"],
        id="tab",
    ),
    pytest.param(
        "kind: [a\nb: c\n",
        ["a.yaml:1:7: not YAML: a list `[` is not closed; add `,` or `]`"],
        id="unclosed-list",
    ),
    pytest.param(
        "kind: [a, ",
        [
            "a.yaml:2:1: not YAML: a list `[` or mapping `{` is not closed, or a value is missing; close it, or put the value in quotes"
        ],
        id="unclosed-list-end",
    ),
    pytest.param(
        "kind: {a: b\nb: c\n",
        ["a.yaml:1:7: not YAML: a mapping `{` is not closed; add `,` or `}`"],
        id="unclosed-mapping",
    ),
    pytest.param(
        "kind: 'Source\n",
        ["a.yaml:1:7: not YAML: a quoted text is not closed; add the closing quote"],
        id="unclosed-quote",
    ),
    pytest.param(
        CONNECTIONS + "kind: 'Source\n---\nkind: Nope\n",
        [
            "a.yaml:11:7: not YAML: a quoted text is not closed; add the closing quote",
            "a.yaml:13:1: apiVersion: `apiVersion` is missing; write `reconciler.dev/v1alpha1`",
            "a.yaml:13:7: kind: unknown kind 'Nope'; write `Connection`, `Source`, `ClusterLink` or `Policy`",
            "b.yaml:3:18: Connection/streamkap: metadata.name: Connection/streamkap is declared twice, first at a.yaml:3; rename or remove one of the two",
            "b.yaml:8:18: Connection/confluent: metadata.name: Connection/confluent is declared twice, first at a.yaml:8; rename or remove one of the two",
        ],
        id="unclosed-quote-doc",
    ),
    pytest.param(
        "kind: a: b\n",
        [
            "a.yaml:1:8: not YAML: a `:` stands where no field can begin; check the indentation, and put values that hold signs such as `: ` in quotes"
        ],
        id="colon-in-value",
    ),
    pytest.param(
        "kind: - a\n",
        [
            "a.yaml:1:7: not YAML: a list item `- ` stands where none can begin; begin the list on a line of its own"
        ],
        id="list-after-key",
    ),
    pytest.param(
        "kind: Source\n  spec: a\n",
        [
            "a.yaml:2:7: not YAML: a `:` stands where no field can begin; check the indentation, and put values that hold signs such as `: ` in quotes"
        ],
        id="bad-indent",
    ),
    pytest.param(
        "spec:\n    a: b\n  c: d\n",
        [
            "a.yaml:3:3: not YAML: expected a field here; check the indentation, and put values that hold signs such as `: ` in quotes"
        ],
        id="dedent",
    ),
    pytest.param(
        "kind: Source\nspec\n",
        ["a.yaml:3:1: not YAML: a field has no `:`; write `field: value`"],
        id="no-colon",
    ),
    pytest.param(
        "kind: Source\n- a\n",
        [
            "a.yaml:2:1: not YAML: expected a field here; check the indentation, and put values that hold signs such as `: ` in quotes"
        ],
        id="item-in-mapping",
    ),
    pytest.param(
        "- a\nb: c\n",
        [
            "a.yaml:2:1: not YAML: expected a list item `- ` here; check the indentation, and put values that hold signs such as `: ` in quotes"
        ],
        id="mapping-in-list",
    ),
    pytest.param(
        'kind: "\\q"\n',
        [
            "a.yaml:1:8: not YAML: a text in double quotes holds an unknown escape; use single quotes, or write two backslashes for one"
        ],
        id="escape",
    ),
    pytest.param(
        'kind: "\\ud800"\n',
        ["a.yaml:1:10: not YAML: found invalid Unicode character escape code; correct the YAML"],
        id="surrogate",
    ),
    pytest.param(
        "kind: @a\n",
        [
            "a.yaml:1:7: not YAML: a tab, or a sign that no value may begin with; indent with spaces, and put values that begin with `%`, `@` or a backquote in quotes"
        ],
        id="at-sign",
    ),
    pytest.param(
        "%FOO a\n---\nkind: a\n",
        ["a.yaml:1:5: not YAML: found unknown directive name; correct the YAML"],
        id="directive",
    ),
    pytest.param(
        "%YAML 3.0\n---\nkind: a\n",
        ["a.yaml:1:1: not YAML: found incompatible YAML document; correct the YAML"],
        id="yaml-version",
    ),
    pytest.param(
        "!foo!bar x\n",
        ["a.yaml:1:1: not YAML: found undefined tag handle; correct the YAML"],
        id="tag-handle",
    ),
    pytest.param(
        "kind: a\x01b\n",
        ["a.yaml:1:8: not YAML: the character U+0001 is not allowed; remove it"],
        id="control",
    ),
    pytest.param(
        "- a\n- b\n",
        [
            "a.yaml:1:1: expected a document with `kind`, `metadata` and `spec`, got a list; begin it with `apiVersion: reconciler.dev/v1alpha1`"
        ],
        id="list-document",
    ),
    pytest.param(
        "just words\n",
        [
            "a.yaml:1:1: expected a document with `kind`, `metadata` and `spec`, got 'just words'; begin it with `apiVersion: reconciler.dev/v1alpha1`"
        ],
        id="scalar-document",
    ),
    pytest.param(
        "",
        ["a.yaml:1:1: the file holds no document; write a document, or remove the file"],
        id="empty-file",
    ),
    pytest.param(
        "# nothing\n\n",
        ["a.yaml:1:1: the file holds no document; write a document, or remove the file"],
        id="comment-file",
    ),
    pytest.param(
        CONNECTIONS + "# nothing here\n---\n" + simple(),
        [
            "a.yaml:12:1: the document is empty; write it, or remove its `---`",
            "b.yaml:3:18: Connection/streamkap: metadata.name: Connection/streamkap is declared twice, first at a.yaml:3; rename or remove one of the two",
            "b.yaml:8:18: Connection/confluent: metadata.name: Connection/confluent is declared twice, first at a.yaml:8; rename or remove one of the two",
        ],
        id="empty-document",
    ),
    pytest.param(
        "---\n---\n" + CONNECTIONS + simple(),
        [
            "a.yaml:2:1: the document is empty; write it, or remove its `---`",
            "b.yaml:3:18: Connection/streamkap: metadata.name: Connection/streamkap is declared twice, first at a.yaml:5; rename or remove one of the two",
            "b.yaml:8:18: Connection/confluent: metadata.name: Connection/confluent is declared twice, first at a.yaml:10; rename or remove one of the two",
        ],
        id="empty-first",
    ),
    pytest.param(
        "~\n",
        ["a.yaml:1:1: the document is empty; write it, or remove its `---`"],
        id="null-document",
    ),
    pytest.param(
        CONNECTIONS + simple() + "---\n",
        [
            "a.yaml:20:1: the document is empty; write it, or remove its `---`",
            "b.yaml:3:18: Connection/streamkap: metadata.name: Connection/streamkap is declared twice, first at a.yaml:3; rename or remove one of the two",
            "b.yaml:8:18: Connection/confluent: metadata.name: Connection/confluent is declared twice, first at a.yaml:8; rename or remove one of the two",
        ],
        id="trailing",
    ),
    pytest.param(
        "kind: [\n---\nkind: Nope\n---\nkind: 'a\n",
        [
            "a.yaml:2:1: not YAML: a list `[` or mapping `{` is not closed, or a value is missing; close it, or put the value in quotes",
            "a.yaml:3:1: apiVersion: `apiVersion` is missing; write `reconciler.dev/v1alpha1`",
            "a.yaml:3:7: kind: unknown kind 'Nope'; write `Connection`, `Source`, `ClusterLink` or `Policy`",
            "a.yaml:5:7: not YAML: a quoted text is not closed; add the closing quote",
        ],
        id="several",
    ),
    pytest.param(
        CONNECTIONS + simple() + "...\nkind: Nope\n",
        [
            "a.yaml:20:1: not YAML: a document begins here without `---`; write `---` on the line above",
            "b.yaml:3:18: Connection/streamkap: metadata.name: Connection/streamkap is declared twice, first at a.yaml:3; rename or remove one of the two",
            "b.yaml:8:18: Connection/confluent: metadata.name: Connection/confluent is declared twice, first at a.yaml:8; rename or remove one of the two",
        ],
        id="dots",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_whole_complaint(tmp_path: Path, text: str, expected: list[str]):
    files = {"a.yaml": text, "b.yaml": CONNECTIONS.removesuffix("---\n")}

    assert complaints(tmp_path, files) == expected
