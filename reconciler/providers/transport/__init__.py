"""The only place that speaks HTTP: signing, pace, retries, and the lock on writes.

`lean` imports httpx without its command line, `session` sends one request with it, `failures` turns
its exceptions into ours, `transport` wraps both in everything a connection needs.
"""

from reconciler.providers.transport.transport import Transport

__all__ = ["Transport"]
