"""What of ours no spec names any more: what it is, who asked for it, and how a person ends it."""

import shlex
from collections.abc import Iterable

from reconciler.core.words import moment
from reconciler.model.address import Address
from reconciler.model.journal import Actor
from reconciler.model.left_behind import LeftBehind, Remains
from reconciler.model.plan import Plan
from reconciler.records import Struct
from reconciler.render.view import View

TITLE = "Left behind: no spec names these any more, and nothing is done about them"
_WHAT = {
    Remains.PAUSED: "paused",
    Remains.RUN: "snapshot not seen to end",
}
_PLACES = frozenset({"--state-dir", "--ledger"})


class LeftGroup(Struct, frozen=True):
    """What one call left behind of one document.

    Attributes:
        items: At least one, sorted by address; the first speaks for all.
    """

    items: tuple[LeftBehind, ...]

    @property
    def document(self) -> Address:
        """The document that declared them then."""
        return self.items[0].address.document

    @property
    def names(self) -> tuple[str, ...]:
        """Their topics, sorted."""
        return tuple(item.topic for item in self.items)

    @property
    def word(self) -> str:
        """What they are."""
        return _WHAT[self.items[0].what]

    @property
    def history(self) -> str:
        """Since when, by whom, in which run, from which commit."""
        first = self.items[0]
        return f"since {moment(first.since)}{_by(first.actor)}"

    def advice(self, view: View) -> str:
        """What a person can do.

        Args:
            view: Options that the command has to repeat.
        """
        likewise = " (and likewise for the others)" if len(self.items) > 1 else ""
        command = forget_command(self.items[0].address, view)
        return f"name it in a spec, or say `{command}`{likewise}"


def _by(actor: Actor) -> str:
    parts = (
        f" by {actor.name}" if actor.name else "",
        f", commit {actor.commit}" if actor.commit else "",
        f", {actor.run}" if actor.run else "",
    )
    return "".join(parts)


def forget_command(address: Address, view: View) -> str:
    """The command with which a person says that it is of no interest, quoted for a shell.

    Args:
        address: The topic.
        view: Options, of which it repeats those that say where the ledger is.
    """
    pairs = zip(view.options, view.options[1:], strict=False)
    options = [word for pair in pairs if pair[0] in _PLACES for word in pair]
    words = ("reconciler", "ledger", "forget", str(address), *options)
    return f"{shlex.join(words)} --reason REASON"


def left_groups(items: Iterable[LeftBehind]) -> list[LeftGroup]:
    """What was left behind by the same call, of the same document, together; sorted by address.

    Args:
        items: In any order.
    """
    groups: dict[tuple[object, ...], list[LeftBehind]] = {}
    for item in sorted(items, key=lambda i: (i.address, i.scope)):
        key = (item.address.document, item.scope, item.what, item.since, item.actor)
        groups.setdefault(key, []).append(item)
    return [LeftGroup(tuple(group)) for group in groups.values()]


def with_left(sentence: str, plan: Plan) -> str:
    """A closing sentence with the number of what is left behind, where there is any.

    Args:
        sentence: With its full stop.
        plan: The plan.
    """
    count = len(plan.left_behind)
    return f"{sentence.removesuffix('.')}; {count} left behind." if count else sentence
