"""Attacks by who has only a port: bytes without a key.

An attack takes the victim, a random source and how many connections it may make; it
returns how many it made, and raises Harm when it succeeded.
"""

import contextlib
import resource
import socket
import struct
import time

from hostile import wire
from hostile.victim import Harm


def each(make):
    """Makes an attack of a function that returns what one connection says, given a channel."""
    def attack(victim, rng, connections):
        held = []
        for _ in range(connections):
            channel = rng.choice(wire.PORTS)
            s = wire.connect(victim.ports[channel])
            wire.say(s, make(rng, channel))
            held.append(s)
            if len(held) > 20 or rng.random() < 0.5:
                leave(held.pop(rng.randrange(len(held))), rng)
        victim.served()  # while some still hang there
        for s in held:
            leave(s, rng)
        return connections
    return attack


def leave(s, rng):
    rng.choice((socket.socket.close, wire.reset))(s)


def noise(rng, channel):
    """Random bytes: from the start, after the greeting, after the handshake."""
    before = rng.choice((b"", wire.greeting(), wire.hello(channel)))
    return before + rng.randbytes(rng.choice((1, 9, 64, 65, 1000, 70_000)))


def mutated(rng, channel):
    """A good conversation with some bytes changed."""
    talk = bytearray(wire.hello(channel) + wire.message([b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"]))
    for _ in range(rng.randrange(1, 6)):
        talk[rng.randrange(len(talk))] = rng.randrange(256)
    return bytes(talk)


def http(rng, channel):
    method = rng.choice(("GET / HTTP/1.1", "POST /api/kernels HTTP/1.1", "CONNECT 127.0.0.1:1 HTTP/1.1"))
    return f"{method}\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello".encode()


def old_greeting(rng, channel):
    """ZMTP 1.0, 2.0 and future greetings, and mechanisms that are not offered."""
    return rng.choice((
        b"\xff" + struct.pack(">Q", 1) + b"\x7f\x01" + bytes([rng.randrange(12)]) + b"\0\0",
        b"\x01\x00" + wire.frame(b"identity"),
        wire.greeting(major=rng.choice((0, 1, 2, 4, 255))) + wire.ready(b"DEALER"),
        wire.greeting(mechanism=rng.choice((b"PLAIN", b"CURVE", b"", b"N" * 20))) + wire.ready(b"DEALER")))


def truncated_ready(rng, channel):
    """READY cut anywhere, or whose inner lengths point outside."""
    whole = wire.ready(wire.PEER_TYPE[channel], b"me")
    lies = [b"\x05READY\x0bSocket", b"\x05READY\xff", b"\x05READ", b"\xff", b"", b"\x05READY\x01a\xff\xff\xff\xff",
            b"\x05READY\x0bSocket-Type\x00\x00\x00\x06DEA"]
    return wire.greeting() + rng.choice(
        [whole[:rng.randrange(len(whole))], *(wire.frame(lie, command=True) for lie in lies)])


def oversized_ready(rng, channel):
    body = b"\x05READY\x01x" + struct.pack(">I", 1 << 20) + bytes(1 << 20)
    return wire.greeting() + rng.choice((
        wire.frame(body, command=True), wire.frame(body[:100], command=True, length=1 << 40),
        wire.frame(b"\x05READY" + b"\x01x\x00\x00\x00\x01y" * 100_000, command=True),
        wire.ready(wire.PEER_TYPE[channel], b"i" * 300)))


def huge_length(rng, channel):
    """A frame that says it has 2^40 bytes or more: nothing may be allocated for it."""
    lie = rng.choice((1 << 31, 1 << 32, 1 << 40, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1))
    before = rng.choice((wire.greeting(), wire.hello(channel)))
    return before + wire.frame(rng.randbytes(1000), command=rng.random() < 0.3, more=rng.random() < 0.5, length=lie)


def wrong_type(rng, channel):
    kind = rng.choice((b"PUB", b"ROUTER", b"PULL", b"PAIR", b"NOPE", b"", b"D" * 255))
    return wire.greeting() + wire.ready(kind) + wire.message([b"hello"])


def no_delimiter(rng, channel):
    return wire.hello(channel) + wire.message([rng.randbytes(rng.randrange(50)) for _ in range(rng.randrange(1, 9))])


def many_frames(rng, channel):
    """1,000 frames in one message, and one that never ends."""
    return wire.hello(channel) + rng.choice((
        wire.message([b"x"] * 1000), wire.frame(b"", more=True) * 100_000,
        wire.message([b"<IDS|MSG>"] + [b"{}"] * 1000)))


def odd_commands(rng, channel):
    """PING with and without context, ERROR, SUBSCRIBE where it does not belong, subscription storms."""
    return wire.hello(channel) + rng.choice((
        wire.frame(b"\x04PING\x00\x00" + b"c" * rng.choice((0, 16, 17, 200)), command=True) * 1000,
        wire.frame(b"\x05ERROR\xff", command=True), wire.frame(b"\x09SUBSCRIBE" + b"t" * 5000, command=True),
        b"".join(wire.frame(b"\x01" + rng.randbytes(8)) for _ in range(20_000)),
        wire.frame(b"\x00never subscribed") * 100, wire.ready(wire.PEER_TYPE[channel]) * 3))


def silent_peers(victim, rng, connections):
    """As many silent connections on each port in turn, with others served meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for channel in wire.PORTS:
        with contextlib.ExitStack() as held:
            for _ in range(connections // len(wire.PORTS)):
                s = held.enter_context(wire.connect(victim.ports[channel]))
                if rng.random() < 0.3:
                    wire.say(s, wire.greeting()[:rng.randrange(64)])
            victim.served()
    return connections


def half_open(victim, rng, connections):
    """Peers that stop talking in the middle and shut one direction, or never read what they asked for."""
    with contextlib.ExitStack() as held:
        for _ in range(connections):
            channel = rng.choice(wire.PORTS)
            s = held.enter_context(wire.connect(victim.ports[channel]))
            talk = wire.hello(channel) + wire.frame(b"\x01") + wire.frame(b"\x04PING\x00\x00ctx", command=True) * 50
            wire.say(s, talk[:rng.randrange(len(talk))])
            with contextlib.suppress(OSError):
                s.shutdown(rng.choice((socket.SHUT_WR, socket.SHUT_RD)))
        victim.served()
    return connections


def no_descriptors(victim, rng, connections):
    """EMFILE: the kernel may open nothing more for a while. Nobody new can be served then; after, all are."""
    with victim.client() as c:
        limits = resource.prlimit(victim.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(victim.pid, resource.RLIMIT_NOFILE, (victim.usage().fds + 4, limits[1]))
        held = []
        try:
            for _ in range(connections):
                held.append(wire.connect(victim.ports[rng.choice(wire.PORTS)]))
            before = cpu(victim.pid)
            time.sleep(0.5)
            if (burnt := cpu(victim.pid) - before) > 0.25:
                raise Harm(f"spins without descriptors: {burnt:.2f} s of CPU in 0.5 s")
            if c.run("1+1").value() != "2":
                raise Harm("who was connected before is not served")
        finally:
            resource.prlimit(victim.pid, resource.RLIMIT_NOFILE, limits)
            for s in held:
                s.close()
    return connections


def cpu(pid):
    """Seconds of CPU the process has used."""
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


# (kind, attack, connections in a short and in a full run; None: a share of --connections)
ATTACKS = [
    ("random bytes", each(noise), None),
    ("mutated handshakes and messages", each(mutated), None),
    ("HTTP", each(http), None),
    ("ZMTP 1.0, 2.0, unknown mechanisms", each(old_greeting), None),
    ("truncated READY", each(truncated_ready), None),
    ("oversized READY", each(oversized_ready), None),
    ("lengths 2^31 to 2^64-1", each(huge_length), None),
    ("wrong socket types", each(wrong_type), None),
    ("no delimiter", each(no_delimiter), None),
    ("1,000 frames, endless messages", each(many_frames), None),
    ("odd commands, subscription storms", each(odd_commands), None),
    ("half-open connections", half_open, None),
    ("silent peers", silent_peers, (250, 5000)),
    ("no file descriptors left (EMFILE)", no_descriptors, (40, 100)),
]
