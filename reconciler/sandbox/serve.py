"""The sandbox behind a real socket; needs the extra `serve`, so only who serves imports this."""

import uvicorn

from reconciler.sandbox.sandbox import Sandbox


def server(sandbox: Sandbox, host: str, port: int) -> uvicorn.Server:
    """A server for a sandbox; `run()` serves until it is told to end.

    The server's own `Date` and `Server` headers are off: `Date` is the sandbox's to tell.

    Args:
        sandbox: What is served.
        host: Address to listen on.
        port: Port; 0 takes a free one.
    """
    return uvicorn.Server(
        uvicorn.Config(
            sandbox.app,
            host=host,
            port=port,
            log_level="warning",
            date_header=False,
            server_header=False,
            lifespan="off",
            ws="none",
        )
    )
