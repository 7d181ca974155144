"""The Confluent side of the sandbox: cluster links and mirror topics, from the API's documents.

Promise: what is documented behaves as documented (`docs/apis/confluent.md`), what is not is a
quirk; nothing runs in the background, every status is computed from stored facts and the time of
the request; a request that makes no sense is answered in the vendor's words, never with a crash.
"""

from reconciler.sandbox.confluent.routes import routes
from reconciler.sandbox.confluent.state import ConfluentState

__all__ = ["ConfluentState", "routes"]
