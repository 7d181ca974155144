import pytest

from reconciler.sandbox import quirks, timing
from reconciler.sandbox.clock import WorldClock
from reconciler.sandbox.fields import section
from reconciler.sandbox.json_text import decode, encode
from reconciler.sandbox.problems import WorldInvalid
from reconciler.sandbox.redact import redact


def test_timing_reads_back_what_it_wrote():
    chosen = timing.parse({"pending": "5s", "mirror": "1m", "rows_per_second": 7})

    assert timing.parse(timing.as_dict(chosen)) == chosen


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"pending": "soon"}, "timing.pending: expected a duration"),
        ({"pendng": "1s"}, "unknown timing 'pendng'"),
        ({"rows_per_second": 0}, "rows_per_second must be above 0"),
    ],
)
def test_timing_refuses_what_it_does_not_know(given, message):
    with pytest.raises(ValueError, match=message):
        timing.parse(given)


def test_every_quirk_has_its_first_value_as_default():
    assert quirks.as_dict(quirks.Quirks()) == {
        name: words[0] for name, words in quirks.VALUES.items()
    }


def test_quirks_read_booleans_and_numbers_as_words():
    chosen = quirks.parse({"stop_narrows": True, "history_depth": 1, "publish_lag": 0})

    assert (chosen.stop_narrows, chosen.history_depth, chosen.publish_lag) == ("yes", "1", "0")


@pytest.mark.parametrize("given", [{"stop_narrow": "yes"}, {"stop_narrows": "maybe"}])
def test_quirks_refuse_what_does_not_exist(given):
    with pytest.raises(ValueError, match="quirk"):
        quirks.parse(given)


def test_the_clock_runs_at_its_speed_and_never_back():
    clock = WorldClock(real=100.0, world=5000.0, speed=60.0)

    assert (clock.now(110.0), clock.now(90.0)) == (5600.0, 5000.0)


def test_moving_the_clock_keeps_the_time_reached():
    clock = WorldClock(real=100.0, world=5000.0, speed=60.0).moved(110.0, advance=10.0, speed=0.0)

    assert clock == WorldClock(real=110.0, world=5610.0, speed=0.0)


def test_the_clock_stops_before_times_cannot_be_written():
    clock = WorldClock(real=0.0, world=0.0).moved(0.0, advance=1e30)

    assert clock.now(1e30) == clock.world < 253_402_300_799.0


def test_secrets_are_hidden_by_name_at_any_depth():
    given = {
        "client_id": "c",
        "secret": "s",
        "config": {"database.password": "p", "port": 1},
        "configs": [{"name": "sasl.jaas.config", "value": "v"}, {"name": "plain", "value": "v"}],
        "surrogate_key": "id",
    }

    assert redact(given) == {
        "client_id": "c",
        "secret": "***",
        "config": {"database.password": "***", "port": 1},
        "configs": [{"name": "sasl.jaas.config", "value": "***"}, {"name": "plain", "value": "v"}],
        "surrogate_key": "id",
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"\xff",
        b"[" * 200 + b"]" * 200,
        b"[" * 100_000,
        b"1" * 5000,
    ],
)
def test_what_cannot_be_written_again_is_no_json(raw):
    with pytest.raises(ValueError, match=r".*"):
        decode(raw)


def test_texts_that_are_no_unicode_survive_as_escapes():
    assert encode(decode(b'{"a":"\\ud800"}')) == '{"a":"\\ud800"}'


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda given: given.text("number"), "place.number: expected a text, got 5"),
        (lambda given: given.text("absent"), "place.absent: expected a text, got nothing"),
        (lambda given: given.maybe_text("flag"), "place.flag: expected a text, got True"),
        (
            lambda given: given.word("word", ("a", "b"), "a"),
            "place.word: expected one of a, b, got 'x'",
        ),
        (lambda given: given.flag("word", default=True), "place.word: expected true or false"),
        (
            lambda given: given.count("flag", 1),
            "place.flag: expected a whole number from 0, got True",
        ),
        (lambda given: given.count("negative", 1), "expected a whole number from 0, got -1"),
        (lambda given: given.number("negative", 1.0), "expected a number from 0, got -1"),
        (lambda given: given.number("word", 1.0), "expected a number from 0, got 'x'"),
        (lambda given: given.time("word", 0.0, 0.0), "place.word: expected a time"),
        (lambda given: given.duration("word"), "place.word: expected a duration"),
        (lambda given: given.texts("mixed"), "expected a list of texts, got 1"),
        (lambda given: given.texts("word"), "expected a list, got 'x'"),
        (lambda given: given.mapping("mixed"), "expected a mapping with text keys"),
        (lambda given: given.sections("mixed"), r"place.mixed\[0\]: expected a mapping"),
        (lambda given: given.text("long"), r"got \[0, 0, .*\.\.\.$"),
    ],
)
def test_wrong_fields_are_named_with_what_they_should_be(read, message):
    given = section(
        "place",
        {
            "number": 5,
            "word": "x",
            "flag": True,
            "negative": -1,
            "mixed": [1, "a"],
            "long": [0] * 99,
        },
    )

    with pytest.raises(WorldInvalid, match=message):
        read(given)


def test_absent_fields_have_their_defaults():
    given = section("place", {"nothing": None})

    assert (
        given.text("a", "b"),
        given.maybe_text("nothing"),
        given.flag("a", default=True),
        given.count("a", 3),
        given.maybe_count("nothing"),
        given.number("a", 1.5),
        given.maybe_number("nothing"),
        given.maybe_time("nothing", 0.0),
        given.texts("nothing"),
        given.mapping("nothing"),
        given.sections("nothing"),
    ) == ("b", None, True, 3, None, 1.5, None, None, (), {}, [])


@pytest.mark.parametrize(
    ("asked", "message"),
    [("status", "did you mean status?"), ("other", "known: other")],
)
def test_fields_that_nobody_asked_for_are_refused(asked, message):
    given = section("", {"statsu": 1})
    given.asked.append(asked)

    with pytest.raises(WorldInvalid, match=message):
        given.finish()


@pytest.mark.parametrize("value", [[], "text", None, {1: 2}])
def test_what_is_no_mapping_is_no_section(value):
    with pytest.raises(WorldInvalid, match="world: expected a mapping with text keys"):
        section("", value)
