"""ZMTP and Jupyter messages as bytes, right or wrong as the caller likes."""

import contextlib
import hashlib
import hmac
import json
import socket
import struct
import uuid
from datetime import datetime, timezone

DELIMITER = b"<IDS|MSG>"
PORTS = ("shell", "control", "stdin", "iopub", "hb")
PEER_TYPE = {"shell": b"DEALER", "control": b"DEALER", "stdin": b"DEALER", "iopub": b"SUB", "hb": b"REQ"}


def greeting(major=3, minor=0, mechanism=b"NULL"):
    """ZMTP 3.0 (RFC 23), "The greeting": 64 bytes."""
    return b"\xff" + bytes(8) + b"\x7f" + bytes([major, minor]) + mechanism.ljust(20, b"\0") + bytes(32)


def frame(body, more=False, command=False, length=None):
    """A frame (RFC 23, "Framing"); length lies about its body."""
    flags = (1 if more else 0) | (4 if command else 0)
    if length is None and len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | 2]) + struct.pack(">Q", len(body) if length is None else length) + body


def message(frames):
    return b"".join(frame(f, more=i < len(frames) - 1) for i, f in enumerate(frames))


def ready(socket_type, identity=b""):
    """The READY command (RFC 23, "The NULL security handshake")."""
    body = b"\x05READY"
    for name, value in ((b"Socket-Type", socket_type), (b"Identity", identity)):
        body += bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
    return frame(body, command=True)


def hello(channel, identity=b""):
    """All that a well-behaved peer of a channel says before its first message."""
    return greeting() + ready(PEER_TYPE[channel], identity)


def signed(key, msg_type, content, session="hostile", msg_id=None):
    """The frames of a signed request; content is an object, or bytes sent as they are."""
    header = {"msg_id": msg_id or uuid.uuid4().hex, "session": session, "username": "hostile",
              "date": datetime.now(timezone.utc).isoformat(), "msg_type": msg_type, "version": "5.4"}
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return sign(key, [json.dumps(header).encode(), b"{}", b"{}", body])


def sign(key, parts):
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        mac.update(part)
    return [DELIMITER, mac.hexdigest().encode(), *parts]


def execute(code, **more):
    return dict({"code": code, "silent": False, "store_history": True, "user_expressions": {},
                 "allow_stdin": False, "stop_on_error": False}, **more)


def connect(port, limit=3):
    """A TCP connection; small buffers, so that a peer that does not read is felt soon."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.settimeout(limit)
    s.connect(("127.0.0.1", port))
    return s


def say(s, data):
    """Sends what the kernel still takes; being cut off is its right."""
    with contextlib.suppress(OSError):
        s.sendall(data)


def reset(s):
    """Closes with RST instead of FIN, as a killed or unplugged peer may."""
    with contextlib.suppress(OSError):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
