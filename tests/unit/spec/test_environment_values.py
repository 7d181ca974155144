"""Values are put where `${NAME}` stands in a spec."""

from pathlib import Path

from tests.unit.spec.chosen import loaded, only_source
from tests.unit.spec.writing import completed, policy, simple


def test_a_value_alone_keeps_its_type(tmp_path: Path):
    text = policy('maxChanges: ${N}\nreason: "${REASON}"')
    (found,) = loaded(tmp_path, text, 'values: {N: 5, REASON: "5"}\n').policies

    assert (found.max_changes, found.reason) == (5, "5")


def test_a_name_is_a_name_although_some_readers_take_it_for_a_truth_value(tmp_path: Path):
    (found,) = loaded(tmp_path, policy("maxChanges: ${NO}"), "values: {NO: 7}\n").policies

    assert found.max_changes == 7


def test_a_value_in_a_text_is_text_as_it_is_written(tmp_path: Path):
    spec = completed("maxAge: ${DAYS}d\nfilter: \"r = '${REGION}' and n = ${DAYS} and '$${x}'\"")
    (rule,) = only_source(tmp_path, spec, "values: {DAYS: 3, REGION: east}\n").rules

    assert rule.max_age is not None
    assert (rule.max_age.days, rule.filter) == (3, "r = 'east' and n = 3 and '${x}'")


def test_an_escape_needs_no_environment(tmp_path: Path):
    (rule,) = only_source(tmp_path, completed("maxAge: 3d\nfilter: \"a = '$${x}'\"")).rules

    assert rule.filter == "a = '${x}'"


def test_what_was_put_in_is_not_looked_at_again(tmp_path: Path):
    spec = completed('maxAge: 3d\nfilter: "${A}"')
    (rule,) = only_source(
        tmp_path, spec, "values: {A: 'x $${B}', B: no}\n".replace("no", "'2'")
    ).rules

    assert rule.filter == "x ${B}"


def test_a_value_that_nothing_uses_is_a_warning(tmp_path: Path):
    (told,) = [
        text for text in loaded(tmp_path, simple(), "values: {A: 1}\n").warnings if "A" in text
    ]

    expected = "values/prod.yaml:1:10: values.A: no spec uses this value; remove it, or write it "
    assert f"{expected}into a spec" in told
