"""A virus scanner: clamd, asked over its socket whether what somebody uploads is clean.

It must not know who uploads, nor what is done with the answer.
"""

import socket

CHUNK = 64 * 1024
SECONDS = 10  # a scanner that is slower than this is as good as away


class ScannerAway(Exception):
    """The scanner does not answer, or not in words we know."""


def is_clean(address, content):
    """True when nothing is found in those bytes. `address`: "/run/clamd.sock" or "host:port". Raises ScannerAway."""
    try:
        with connected(address) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                piece = content[start : start + CHUNK]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            told = answer(line)
    except OSError as problem:
        raise ScannerAway(str(problem)) from problem
    if told.endswith(b" FOUND"):
        return False
    if told != b"stream: OK":
        raise ScannerAway(told.decode("ascii", "replace"))
    return True


def connected(address):
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def answer(line):
    """All it says until it ends its sentence or hangs up; a virus has no name longer than this."""
    told = b""
    while len(told) < 1024 and b"\0" not in told and (piece := line.recv(1024)):
        told += piece
    return told.partition(b"\0")[0].strip()
