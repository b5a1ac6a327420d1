"""A server that speaks S3: moto, which keeps everything in memory."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from testkit.broker import free_port, wait_for_port


@contextmanager
def serving_s3(bucket: str) -> Iterator[str]:
    """Yields where it answers. It has the bucket, and takes any key."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        url = f"http://127.0.0.1:{port}"
        urlopen(Request(f"{url}/{bucket}", method="PUT")).close()
        yield url
    finally:
        process.terminate()
        process.wait()
