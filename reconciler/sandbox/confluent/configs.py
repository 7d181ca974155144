"""Configs of a cluster link: which there are, and what a value may be.

A short selection of the vendor's; the names are those that clients set or read
(`docs/apis/confluent.md#links`), the defaults are inferred.
"""

from reconciler.records import Struct
from reconciler.sandbox.confluent.errors import bad_config_name, invalid
from reconciler.sandbox.confluent.nouns import PAUSED_CONFIG, Link


class Config(Struct, frozen=True):
    """One config.

    Attributes:
        default: Its value where none was set; None is shown as null.
        words: The values it takes, in lower case; empty takes any.
        is_read_only: Settled when the link is created.
        is_sensitive: Never shown.
    """

    default: str | None
    words: tuple[str, ...] = ()
    is_read_only: bool = False
    is_sensitive: bool = False


_SWITCH = ("true", "false")

CONFIGS: dict[str, Config] = {
    "acl.sync.enable": Config("false", _SWITCH),
    "acl.sync.ms": Config("5000"),
    "auto.create.mirror.topics.enable": Config("false", _SWITCH),
    "auto.create.mirror.topics.filters": Config(None),
    "availability.check.ms": Config("60000"),
    "bootstrap.servers": Config(None),
    PAUSED_CONFIG: Config("false", _SWITCH),
    "cluster.link.prefix": Config(None, is_read_only=True),
    "connection.mode": Config("OUTBOUND", is_read_only=True),
    "consumer.offset.group.filters": Config(None),
    "consumer.offset.sync.enable": Config("false", _SWITCH),
    "consumer.offset.sync.ms": Config("30000"),
    "link.mode": Config("DESTINATION", is_read_only=True),
    "sasl.jaas.config": Config(None, is_sensitive=True),
    "sasl.mechanism": Config(None),
    "security.protocol": Config("SASL_SSL"),
    "topic.config.sync.ms": Config("5000"),
}
"""Name to config."""


def config_of(name: str) -> Config:
    """The config of that name.

    Raises:
        Refused: 400, there is none.
    """
    if name not in CONFIGS:
        raise bad_config_name()
    return CONFIGS[name]


def check(name: str, value: str | None, *, creating: bool = False) -> None:
    """Whether a config may be set to a value.

    Args:
        name: The config.
        value: The value; None resets it.
        creating: Whether the link is being created, when read-only configs may be set.

    Raises:
        Refused: 400, no such config, read-only, or none of its words.
    """
    config = config_of(name)
    if config.is_read_only and not creating:
        raise invalid(f"Config property '{name}' is read-only")
    if value is not None and config.words and value.lower() not in config.words:
        raise invalid(f"Invalid value {value} for configuration {name}")


def value_of(link: Link, name: str) -> str | None:
    """What a config of a link reads as; null where it is sensitive or unset.

    Args:
        link: The link.
        name: A config that exists.
    """
    config = CONFIGS[name]
    if config.is_sensitive:
        return None
    if name == "cluster.link.prefix":
        return link.prefix or config.default
    return link.configs.get(name, config.default)


def is_set(link: Link, name: str) -> bool:
    """Whether a config of a link has a value of its own."""
    return name in link.configs or (name == "cluster.link.prefix" and bool(link.prefix))


def put(link: Link, name: str, value: str | None) -> None:
    """Set a config, or reset it with None.

    Args:
        link: The link.
        name: A config that `check` accepted.
        value: A value that `check` accepted.
    """
    if value is None:
        link.configs.pop(name, None)
    elif name == "cluster.link.prefix":
        link.prefix = value
    else:
        link.configs[name] = value
