"""What people wish for, topic by topic, and the specs that say so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.core.words import moment
from tests.support.loop import START
from tests.support.rich import connections, mirrors, snapshots

FIRST_SINCE = START - timedelta(days=2)
SOON = START + timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a rule says of one topic of a source.

    Attributes:
        state: `completed`, `idle`, or empty where no rule names the topic.
        since: The level asked for.
        max_age: Hours; 0 is none, else it takes the place of `since`.
        retries: How often a failed run is tried again.
        restart: Whether a cancelled run is made anew.
        wide: Whether a stop may hit topics of others.
        blocking: Whether the run is a blocking one.
        filter: Condition on its rows, or empty.
    """

    state: str = "completed"
    since: datetime = FIRST_SINCE
    max_age: int = 0
    retries: int = 0
    restart: bool = False
    wide: bool = False
    blocking: bool = False
    filter: str = ""

    def rule(self, topic: str) -> str:
        """The rule, on one line."""
        parts = [f"topics: ['{topic}']", f"state: {self.state}"]
        if self.state == "completed":
            parts.append(
                f"maxAge: {self.max_age}h" if self.max_age else f"since: {moment(self.since)}"
            )
            parts += [f"onFailure: {{retry: {self.retries}}}"] * bool(self.retries)
            parts += ["onCancel: restart"] * self.restart
            parts += ["type: blocking"] * self.blocking
            parts += [f'filter: "{self.filter}"'] * bool(self.filter and not self.blocking)
        elif self.wide:
            parts.append("allowSourceWide: true")
        return f"- {{{', '.join(parts)}}}"


MIRROR_WISHES = {
    "paused": "state: paused, until: 2027-12-01T00:00:00Z",
    "soon over": f"state: paused, until: {moment(SOON)}",
    "for ever": "state: paused, until: never",
    "active": "state: active",
}


def mirror_state(word: str, now: datetime) -> str:
    """The status that a wish for a mirror means at a moment."""
    is_paused = word in ("paused", "for ever") or (word == "soon over" and now < SOON)
    return "PAUSED" if is_paused else "ACTIVE"


def specs_of(
    wishes: Mapping[str, Wish], pauses: Mapping[str, str], lag: str = "5s", **limits: object
) -> str:
    """Specs that say all this.

    Args:
        wishes: By `source/topic`.
        pauses: By `link/topic`, a word of `MIRROR_WISHES` or empty.
        lag: Of both connections.
        limits: Of the connection to Streamkap.
    """
    sources: dict[str, list[str]] = {}
    for place, wish in wishes.items():
        source, _, topic = place.partition("/")
        if wish.state:
            sources.setdefault(source, []).append(wish.rule(topic))
    links: dict[str, list[str]] = {}
    for place, word in pauses.items():
        link, _, topic = place.partition("/")
        if word:
            links.setdefault(link, []).append(f"- {{topics: ['{topic}'], {MIRROR_WISHES[word]}}}")
    return (
        connections(lag=lag, **limits)
        + "".join(snapshots(name, "\n".join(rules)) for name, rules in sources.items())
        + "".join(mirrors(name, "\n".join(rules)) for name, rules in links.items())
    )
