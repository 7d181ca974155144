"""The Streamkap side of the sandbox: written from the API documents, shaped after no client."""
