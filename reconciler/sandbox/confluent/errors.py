"""Refusals in the vendor's shape: `{"error_code": int, "message": string}`.

Codes of five digits begin with the HTTP status; source of all texts: `docs/apis/confluent.md#errors`.
"""


class Refused(Exception):
    """The whole request is refused.

    Attributes:
        status: HTTP status.
        code: `error_code` of the body.
        message: `message` of the body.
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> dict[str, object]:
        """The error body."""
        return {"error_code": self.code, "message": self.message}


def unauthorized() -> Refused:
    """No credential, or none of the world's."""
    return Refused(401, 40101, "Authentication failed")


def malformed(why: str) -> Refused:
    """The request cannot be read as what the endpoint takes.

    Args:
        why: A sentence without a full stop.
    """
    return Refused(400, 400, why)


def invalid(why: str) -> Refused:
    """Kafka would not accept what was asked.

    Args:
        why: A sentence without a full stop.
    """
    return Refused(400, 40002, why)


def bad_link_name() -> Refused:
    """A link name that cannot be one."""
    return Refused(400, 400, "Invalid Cluster Link Name.")


def bad_config_name() -> Refused:
    """A link config that does not exist."""
    return Refused(400, 400, "Invalid Config Name.")


def link_exists() -> Refused:
    """A second link of one name; the vendor's sample carries 404 in the body of a 400."""
    return Refused(400, 404, "A cluster link already exists with the provided link name")


def topic_exists(topic: str) -> Refused:
    """A second topic of one name on a cluster."""
    return invalid(f"Topic '{topic}' already exists.")


def renamed() -> Refused:
    """A mirror whose name is not prefix plus source name."""
    return Refused(400, 40035, "Topic renaming for mirroring not yet supported")


def link_has_mirrors(link: str) -> Refused:
    """A link that still has live mirrors is not deleted without `force`."""
    return Refused(403, 40301, f"Cluster link '{link}' still has mirror topics")


def no_cluster(cluster: str) -> Refused:
    """An unknown cluster."""
    return Refused(404, 404, f"Cluster {cluster} cannot be found.")


def no_link(link: str) -> Refused:
    """An unknown link."""
    return Refused(
        404, 404, f"The cluster link doesn't exist: Cluster link '{link}' does not exist."
    )


def no_mirror() -> Refused:
    """An unknown mirror topic."""
    return Refused(404, 404, "The mirror topic doesn't exist: ")


def no_topic() -> Refused:
    """An unknown topic."""
    return Refused(404, 40403, "This server does not host this topic-partition.")


def no_path() -> Refused:
    """Nothing answers at that path."""
    return Refused(404, 404, "HTTP 404 Not Found")


def wrong_method() -> Refused:
    """The path exists, not for that method."""
    return Refused(405, 405, "HTTP 405 Method Not Allowed")
