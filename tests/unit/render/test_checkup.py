from reconciler import __version__
from reconciler.model.checkup import Check, Checkup, Examined, Level
from reconciler.render import checkup
from reconciler.render.lines import plain

FINE = Checkup("kap", "streamkap", "sandbox", Examined((Check("clock", Level.OK, "0s apart"),)))
ILL = Checkup(
    "con",
    "confluent",
    "https://x",
    Examined(
        (
            Check("clusters", Level.WARN, "none is known", "say which"),
            Check("credential", Level.FAIL, "no\nkey", "set it"),
        ),
        (("lag", "60s"),),
    ),
)


def test_every_check_has_a_row_and_its_next_step() -> None:
    assert plain(checkup.text([FINE, ILL])) == (
        "Connection/kap  streamkap at sandbox\n"
        "  ok  clock  0s apart\n"
        "\n"
        "Connection/con  confluent at https://x\n"
        "  warn  clusters    none is known\n"
        "        next: say which\n"
        "  fail  credential  no\\nkey\n"
        "        next: set it\n"
        "  Settings for its spec:\n"
        "    lag: 60s\n"
        "\n"
        "Doctor: 1 ok, 1 warning, 1 failed in 2 connections.\n"
    )


def test_a_program_gets_the_same() -> None:
    assert checkup.document([FINE, ILL]) == {
        "format_version": 1,
        "reconciler_version": __version__,
        "outcome": "error",
        "connections": [
            {
                "name": "kap",
                "provider": "streamkap",
                "endpoint": "sandbox",
                "level": "ok",
                "checks": [{"name": "clock", "level": "ok", "found": "0s apart", "next": None}],
                "settings": {},
            },
            {
                "name": "con",
                "provider": "confluent",
                "endpoint": "https://x",
                "level": "fail",
                "checks": [
                    {
                        "name": "clusters",
                        "level": "warn",
                        "found": "none is known",
                        "next": "say which",
                    },
                    {"name": "credential", "level": "fail", "found": "no\nkey", "next": "set it"},
                ],
                "settings": {"lag": "60s"},
            },
        ],
    }


def test_without_a_failure_the_outcome_is_ok() -> None:
    assert checkup.document([FINE])["outcome"] == "ok"
