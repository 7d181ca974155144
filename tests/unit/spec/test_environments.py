"""An environment is chosen by its name: where its values file is, and which documents it changed."""

from pathlib import Path

import pytest

from reconciler.errors import UsageError
from reconciler.model.address import Address, Kind
from reconciler.spec import Chosen, load
from reconciler.spec.environments import environments
from tests.unit.spec.chosen import loaded, write_specs
from tests.unit.spec.writing import CONNECTIONS, NOW, simple


def test_the_documents_that_an_environment_changed_are_known(tmp_path: Path):
    spec = simple() + "---\n" + simple(name="t", target='source: "${T}"')
    found = loaded(tmp_path, spec, "values: {T: x}\n")

    assert found.environment is not None
    assert found.environment.name == "prod"
    assert found.environment.shaped == (Address(Kind.SOURCE, "t"),)


def _named(text: str, folder: Path, chosen: Chosen) -> str:
    with pytest.raises(UsageError) as caught:
        load([folder / text], now=NOW, chosen=chosen)
    return str(caught.value).replace(f"{folder.as_posix()}/", "")


def test_an_environment_that_is_not_there_is_told_with_a_near_one(tmp_path: Path):
    write_specs(tmp_path, CONNECTIONS + simple(), "values: {}\n")

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
    write_specs(tmp_path, CONNECTIONS + simple(), "values: {}\n")

    assert "is no name of an environment" in _named("specs", tmp_path, Chosen(name))


def test_values_are_found_beside_the_specs_and_where_they_are_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_specs(tmp_path, CONNECTIONS + simple(), "values: {}\n")
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
        write_specs(tmp_path / name, simple(name=name), "values: {}\n")
    with pytest.raises(UsageError, match=r"several values files, .* and .*; give --values"):
        load([tmp_path / "a/specs", tmp_path / "b/specs"], now=NOW, chosen=Chosen("prod"))
