"""A clamd that knows two signatures of ours, and fetches none."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testkit.broker import free_port, wait_for_listener

MALWARE = b"this is what kommunbuss calls malware"
LARGEST = 4_000_000
"""Bytes of a stream that it takes."""


def clamd_command() -> str:
    """Raises FileNotFoundError with the remedy: what nobody has scanned is not left out of the tests."""
    found = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise FileNotFoundError("clamd is missing: apt-get install clamav-daemon")
    return found


@contextmanager
def serving_clamd(on_socket: bool = False) -> Iterator[str]:
    """Yields its CLAMAV_URL."""
    command, port = clamd_command(), free_port()
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        Path(folder, "ours.ndb").write_text(f"Kommunbuss.Test:0:*:{MALWARE.hex()}\n")
        listening = f"LocalSocket {folder}/clamd.ctl\n" if on_socket else ""
        configuration = Path(folder, "clamd.conf")
        configuration.write_text(
            f"DatabaseDirectory {folder}\nTCPSocket {port}\nTCPAddr 127.0.0.1\n{listening}Foreground yes\nUser root\n"
            f"StreamMaxLength {LARGEST}\nAlertEncrypted yes\nMaxThreads 2\nTemporaryDirectory {folder}\n"
        )
        process = subprocess.Popen(
            [command, "--config-file", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for_listener(f"{folder}/clamd.ctl" if on_socket else ("127.0.0.1", port))
            yield f"unix://{folder}/clamd.ctl" if on_socket else f"tcp://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()
