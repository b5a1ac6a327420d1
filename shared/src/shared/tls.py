"""Whom a TLS client trusts, and how it proves who it is."""

import ssl
from pathlib import Path


def client_context(ca: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """A context that checks the server's certificate and name, by one's own authority or the system's.

    Raises ValueError that names the file which cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise ValueError(f"{ca} {_why_not(error)}") from None
    if certificate is not None:
        try:
            # Without a password OpenSSL would ask for an encrypted key's on the terminal.
            context.load_cert_chain(certificate, key, password="")
        except OSError as error:
            raise ValueError(f"{certificate} with {key or 'the key in it'} {_why_not(error)}") from None
    return context


def _why_not(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return "cannot be used: write PEM, a key without a password, and a certificate that belongs to it"
    return f"cannot be read: {error.strerror}"
