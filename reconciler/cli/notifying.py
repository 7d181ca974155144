"""`drift --notify`: tells a URL when drift changes, and remembers what it told.

The memory is a small file in the state directory. Not the ledger: `drift` only reads that, often with
a role that may do no more.
"""

import json
import re
import time
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.ci.parts import number_at
from reconciler.ci.platform import PlatformFailed, PlatformPassed, deliver
from reconciler.ci.sticky import PAUSES
from reconciler.cli.clock import SystemClock
from reconciler.cli.files import check_place, write_whole
from reconciler.cli.options import Common
from reconciler.cli.wiring import allowed_hosts, state_dir
from reconciler.core.news import news
from reconciler.errors import UsageError
from reconciler.model.plan import Plan
from reconciler.records import Struct
from reconciler.render import cloudevent
from reconciler.spec.endpoints import hosts_of

NOTIFY = "RECONCILER_NOTIFY"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PLAIN = re.compile(r"https?://[\[\]a-z0-9.:-]+(?:[/?][!-~]*)?", re.ASCII)


class Target(Struct, frozen=True):
    """Where news goes.

    Attributes:
        url: May hold a secret in its path or query: for sending, never for showing.
        host: What may be shown of it.
        key: Whose drift it is: URL and specs, as a digest.
    """

    url: str
    host: str
    key: str


def target_of(url: str, paths: tuple[str, ...]) -> Target:
    """Where news goes, if it may go there.

    Args:
        url: As given.
        paths: Specs as given, and the environment.

    Raises:
        UsageError: It is no URL, not with TLS, or its host is not allowed.
    """
    try:
        parts = urlsplit(url if _PLAIN.fullmatch(url) else "")
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host:
        # Never quoted: it may hold a secret.
        raise UsageError(f"--notify ({NOTIFY}) is no URL; write https://HOST/PATH in lower case")
    if host not in _LOOPBACK:
        if hosts_of(()).allows(host):
            raise UsageError(f"--notify: {host} is the vendor's; name a webhook of your own")
        if not hosts_of(allowed_hosts()).allows(host):
            raise UsageError(
                f"--notify: {host} is not allowed; have the pipeline add it to "
                "RECONCILER_ALLOWED_HOSTS"
            )
        if parts.scheme != "https":
            raise UsageError(f"--notify: plain http to {host} shows it to the network; write https")
    key = sha256("\n".join([url, *sorted(paths)]).encode()).hexdigest()[:16]
    return Target(url, host, key)


def check_memory(target: Target, common: Common) -> None:
    """See whether what is told can be remembered, before anything is looked at.

    Args:
        target: Where news goes.
        common: Options of every command.

    Raises:
        UsageError: What was told cannot be read, or the next could not be written down.
    """
    place = _place(target, common)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{place.parent} cannot be made: {error.strerror}") from error
    check_place(place, "what was told")
    _read(place)


def _place(target: Target, common: Common) -> Path:
    return state_dir(common.state_dir) / f"notified-{target.key}.json"


def notify(target: Target, plan: Plan, common: Common) -> None:
    """Send news, if there is any, and remember it once it has arrived.

    What did not arrive, or cannot be remembered, is told to the person here, and is still news for
    the next run.

    Args:
        target: Where to.
        plan: Of all documents.
        common: Options of every command.

    Raises:
        UsageError: What was told cannot be read.
    """
    place = _place(target, common)
    told, number = _read(place)
    found = news(told, plan)
    if not found.is_any:
        return
    now = common.now or SystemClock().now()
    event = cloudevent.drift(found, target.key, number, now, plan.environment)
    try:
        _deliver(target.url, event)
    except PlatformFailed as error:
        common.console.say(
            f"Warning: {target.host} was not notified ({error}); the next run tries again."
        )
        return
    common.console.say(f"Notified {target.host}.")
    text = json.dumps({"number": number + 1, "known": found.known}, indent=2, sort_keys=True)
    try:
        write_whole(place, text + "\n")
    except UsageError as error:
        common.console.say(f"Warning: {error}, so that the next run tells the same once more.")


def _deliver(url: str, event: str) -> None:
    for pause in PAUSES[:-1]:
        try:
            deliver(url, event, cloudevent.CONTENT_TYPE)
        except PlatformPassed as error:
            time.sleep(pause if error.seconds is None else min(error.seconds, pause))
        else:
            return
    deliver(url, event, cloudevent.CONTENT_TYPE)


def _read(place: Path) -> tuple[dict[str, str], int]:
    """What was told, and how often; nothing where there is no file."""
    try:
        value: object = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, 0
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            f"{place} cannot be read; mend or remove it, and all drift is told anew"
        ) from error
    known = value.get("known") if isinstance(value, dict) else None
    rows = known.items() if isinstance(known, dict) else ()
    return {str(address): str(mark) for address, mark in rows}, number_at(value, "number") or 0
