"""News of drift as a CloudEvent: structured JSON, version 1.0 of the specification."""

from datetime import datetime

from reconciler.core.digest import digest
from reconciler.core.news import News
from reconciler.model.call import Json
from reconciler.render import json_parts as parts
from reconciler.render import json_view

TYPE = "dev.reconciler.drift.changed"
CONTENT_TYPE = "application/cloudevents+json"


def drift(news: News, key: str, number: int, time: datetime, environment: str = "") -> str:
    """The text of an event.

    Args:
        news: What is told.
        key: Whose drift it is: the same for every run with the same specs.
        number: How many events were delivered before. With the content it makes the id, so that
            the same news that is sent again has the same.
        time: Our clock.
        environment: Whose values are in the specs, or empty.
    """
    data: dict[str, Json] = {
        "new": parts.resources(news.new),
        "changed": parts.resources(news.changed),
        "resolved": list(news.resolved),
        "drifted": len(news.known),
        "environment": environment or None,
    }
    print_ = digest([number, news.known, news.resolved]).removeprefix("sha256:")
    return json_view.dumps(
        {
            "specversion": "1.0",
            "id": f"{number + 1}-{print_[:32]}",
            "source": f"/reconciler/drift/{key}",
            "type": TYPE,
            "time": parts.time_text(time),
            "datacontenttype": "application/json",
            "data": data,
        }
    )
