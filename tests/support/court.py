"""The laws, held against what really happened. Nothing here knows the ledger, the judge, or a plan.

A start is *doubled* where a request of ours began a run of a topic for a level that a request of ours
had begun a run for already, and nothing permitted another one:

    the latest run of the topic had failed, and the rule still allowed a retry
    the latest run had been cancelled, and the rule wanted it anew, or a stop of ours had ended it
    a person wanted one more

A run is *astray* where a request of ours read a topic that no rule wanted completed. Vendors that
understand names or ids in another way than is documented lead runs astray; what they read unasked is
not counted as a start (`docs/safety.md#proof`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.sandbox.times import parse_duration
from tests.support.stage import Stage
from tests.support.truth import Fact, facts
from tests.support.wishes import Wish

BULK = "/topics/bulk/snapshot"
SKEW = 400.0
"""More than a vendor's clock may be off."""
LOOK = 65.0
"""A stop rests on a look that is no older than a minute."""


@dataclass
class Court:
    """One world's judge; asked after every step.

    Attributes:
        stage: What is judged.
        doubled: Starts that were made twice, each in a sentence.
        astray: Runs on topics that were not wanted, each in a sentence.
        stopped: Runs that a stop of ours should not have ended, each in a sentence.
        unseen: Runs that a stop of ours ended and no look can have shown.
        late: Starts that came after a person had said that they would not.
    """

    stage: Stage
    doubled: list[str] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    _wishes: list[tuple[float, Mapping[str, Wish]]] = field(default_factory=list)
    _words: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _denied: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _by_hand: set[float] = field(default_factory=set)
    _starts: dict[tuple[str, object], list[Fact]] = field(default_factory=lambda: defaultdict(list))
    _known: set[tuple[int, str, bool]] = field(default_factory=set)

    # What it is told

    def wished(self, wishes: Mapping[str, Wish]) -> None:
        """From now on this is wanted."""
        self._wishes.append((self.stage.sandbox.now(), dict(wishes)))

    def wanted_again(self, place: str) -> None:
        """A person wants one more start."""
        self._words[place].append(self.stage.sandbox.now())
        self._denied[place].append(self.stage.sandbox.now())

    def denied(self, place: str) -> None:
        """A person says that a start did not happen."""
        self._denied[place].append(self.stage.sandbox.now())

    def stopped_by_hand(self) -> None:
        """Somebody else stops something just now."""
        self._by_hand.add(round(self.stage.sandbox.now(), 3))

    # What it finds

    def hold(self) -> None:
        """Look at everything that happened since it was asked last."""
        for fact in facts(self.stage):
            if fact.request is not None and self._is_new(fact, ended=False):
                self._started(fact)
            if fact.cancelled is not None and self._is_new(fact, ended=True):
                self._ended(fact)

    @property
    def verdict(self) -> list[str]:
        """Everything that breaks a law."""
        return [*self.doubled, *self.astray, *self.stopped]

    def _is_new(self, fact: Fact, *, ended: bool) -> bool:
        key = (fact.number, fact.place, ended)
        is_new = key not in self._known
        self._known.add(key)
        return is_new

    def _wish(self, place: str, at: float) -> Wish:
        """What was wanted of a topic at a moment."""
        current = Wish(state="")
        for since, wishes in self._wishes:
            if since <= at:
                current = wishes.get(place, Wish(state=""))
        return current

    def _started(self, fact: Fact) -> None:
        sent = self.stage.sent_at(fact.submitted)
        wish = self._wish(fact.place, sent)
        text = f"run {fact.number} of {fact.place}"
        if not self._is_meant(fact):
            return
        if wish.state != "completed":
            self.astray.append(f"{text}, which nobody wants")
            return
        earlier = self._starts[fact.place, wish.max_age or wish.since]
        count = [f for f in earlier if _is_in_window(f, fact, wish)]
        found = f"{text} after {', '.join(str(f.number) for f in count)} for {wish}"
        words = self._denied[fact.place]
        if count and sent < fact.submitted and any(sent <= at <= fact.submitted for at in words):
            # Whoever was told that it did not happen counts it for no attempt.
            self.late.append(found)
            return
        if count and not self._is_allowed(fact, count, wish):
            self.doubled.append(found)
        earlier.append(fact)

    def _is_meant(self, fact: Fact) -> bool:
        """Whether the request named this topic, as far as the vendor understands us."""
        quirks = self.stage.sandbox._state.world.quirks
        request = self._request(fact)
        if str(request["path"]).endswith(BULK):
            return quirks.pairing != "shuffled"
        names = request["body"]["topic_names"]  # type: ignore[index]
        return fact.place.partition("/")[2] in names

    def _request(self, fact: Fact) -> Mapping[str, object]:
        return next(r for r in self.stage.requests() if r["number"] == fact.request)

    def _is_allowed(self, fact: Fact, earlier: list[Fact], wish: Wish) -> bool:
        words = self._words[fact.place]
        said = [at for at in words if earlier[-1].submitted <= at <= fact.submitted]
        if said:
            words.remove(said[0])
            return True
        latest = self._latest(fact)
        if latest.status == "failed":
            return len(earlier) <= wish.retries
        is_ours = latest.cancelled is not None and round(latest.cancelled, 3) not in self._by_hand
        return latest.status == "cancelled" and (wish.restart or is_ours)

    def _latest(self, fact: Fact) -> Fact:
        """The run of the same topic that came right before, as it stood then."""
        then = facts(self.stage, fact.submitted)
        return [f for f in then if f.place == fact.place and f.number < fact.number][-1]

    def _ended(self, fact: Fact) -> None:
        at = fact.cancelled
        if at is None or round(at, 3) in self._by_hand:
            return
        sent = self.stage.sent_at(at)
        if not self._may_stop(fact.place, sent):
            found = (
                f"a stop ended run {fact.number} of {fact.place}, where a run was wanted or none"
            )
            (self.stopped if self._was_shown(fact, sent) else self.unseen).append(found)

    def _was_shown(self, fact: Fact, sent: float) -> bool:
        """Whether a look before a stop was sent can have shown a run that it ended."""
        quirks = self.stage.sandbox._state.world.quirks
        if fact.started is None and quirks.pending_listed == "no":
            return False
        return sent - fact.submitted > parse_duration(quirks.publish_lag) + LOOK

    def _may_stop(self, place: str, at: float) -> bool:
        source = place.partition("/")[0]
        mine = self._wish(place, at)
        wide = any(
            wish.state == "idle" and wish.wide
            for other in self._places(at)
            if other.partition("/")[0] == source
            for wish in (self._wish(other, at),)
        )
        return mine.state == "idle" or wide

    def _places(self, at: float) -> Iterator[str]:
        for since, wishes in reversed(self._wishes):
            if since <= at:
                yield from wishes
                return


def _is_in_window(earlier: Fact, fact: Fact, wish: Wish) -> bool:
    """For `maxAge` only what is young enough counts."""
    age = fact.submitted - earlier.submitted
    return not wish.max_age or age < wish.max_age * 3600 - SKEW
