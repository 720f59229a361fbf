"""Attacks by who can connect as a client, some with the key."""

import contextlib
import json
import os
import signal
import time
import uuid

import zmq

from hostile import wire
from hostile.victim import Harm

REQUESTS = ("execute_request", "complete_request", "inspect_request", "history_request", "is_complete_request",
            "comm_info_request", "kernel_info_request", "comm_open", "comm_msg", "comm_close", "input_reply",
            "execute_reply", "status", "debug_request", "create_subshell_request", "x" * 5000, "")


@contextlib.contextmanager
def dealer(victim, channel, identity=None):
    with victim.context.socket(zmq.DEALER) as s:
        s.linger = 500
        if identity:
            s.identity = identity
        s.connect(f"tcp://127.0.0.1:{victim.ports[channel]}")
        yield s


@contextlib.contextmanager
def counted(victim, expected=0):
    """The cell variable hits counts attack cells that ran; more than expected is harm."""
    with victim.client() as c:
        c.run("hits := 0")
    yield
    with victim.client() as c:
        hits = c.run("hits").value()
    if hits != str(expected):
        raise Harm(f"{hits} attack cells ran, {expected} should have")


def bad_signatures(victim, rng, n):
    def forge(frames):
        at = rng.choice((1, 1, 2, 3, 4, 5))
        frames[at] = rng.choice((b"", b"{}", b"0" * 64, b"\xff" * 64, frames[at][:-1], frames[at] + b" "))
        return frames
    with counted(victim):
        for _ in range(n):
            with dealer(victim, rng.choice(("shell", "control"))) as s:
                good = wire.signed(victim.key, "execute_request", wire.execute("hits++"))
                forged = forge(list(good))
                if forged != good:
                    s.send_multipart(forged)
                s.send_multipart(wire.signed(b"another key", "execute_request", wire.execute("hits++")))
    return n


def replays(victim, rng, n):
    with counted(victim, 1):
        frames = wire.signed(victim.key, "execute_request", wire.execute("hits++"))
        for _ in range(n):
            with dealer(victim, "shell") as s:
                for _ in range(3):
                    s.send_multipart(frames)
    return n


def duplicate_identities(victim, rng, n):
    """Many peers with one name, some that of the kernel's own session; others go on being served."""
    with contextlib.ExitStack() as held:
        for _ in range(n):
            channel = rng.choice(("shell", "control", "stdin"))
            s = held.enter_context(dealer(victim, channel, rng.choice((b"same", b"\0same", b"i" * 255))))
            s.send_multipart(wire.signed(victim.key, "kernel_info_request", {}))
        victim.served()
    return n


def anything(rng, depth=0):
    """Random JSON."""
    pick = rng.randrange(8 if depth < 3 else 6)
    if pick == 6:
        return [anything(rng, depth + 1) for _ in range(rng.randrange(4))]
    if pick == 7:
        keys = ("code", "comm_id", "target_name", "data", "cursor_pos", "silent", "user_expressions", "method", "state")
        return {rng.choice(keys): anything(rng, depth + 1) for _ in range(rng.randrange(4))}
    return (None, True, -1, 1e300, "x" * rng.randrange(20), "\ud800\0")[pick]


def wrong_json(victim, rng, n):
    """Signed messages whose content is of the wrong type or no JSON at all."""
    key = victim.key
    for _ in range(n):
        with dealer(victim, rng.choice(("shell", "control", "stdin"))) as s:
            for _ in range(10):
                content = rng.choice((anything(rng), {"code": anything(rng), "data": anything(rng), "comm_id": "c",
                                                      "cursor_pos": anything(rng), "target_name": anything(rng)}))
                frames = wire.signed(key, rng.choice(REQUESTS), content)
                parts = frames[2:]
                if rng.random() < 0.3:
                    parts[rng.randrange(4)] = rng.choice((b"", b"null", b"[]", b"{", b"\xff", b'"x"', b"1e999", b"{}{}",
                                                          json.dumps(anything(rng)).encode()))
                s.send_multipart(wire.sign(key, parts) + [b"buffer"] * rng.randrange(3))
    return n


def deep_json(victim, rng, n):
    """Nesting of 10^5, alone and inside every field that a handler reads."""
    deep = b"[" * 100_000 + b"]" * 100_000
    objects = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    for _ in range(n):
        with dealer(victim, rng.choice(("shell", "control", "stdin"))) as s:
            value = rng.choice((deep, objects, b"[" * 100_000))
            field = rng.choice((b"code", b"data", b"user_expressions", b"comm_id"))
            content = rng.choice((value, b'{"' + field + b'":' + value + b"}"))
            parts = wire.signed(victim.key, rng.choice(REQUESTS[:12]), content)[2:]
            if rng.random() < 0.3:
                parts[rng.randrange(3)] = value
            s.send_multipart(wire.sign(victim.key, parts))
    return n


def large_json(victim, rng, n):
    """50 MB: as a cell, as nothing in particular, as an array of arrays, as a buffer."""
    key, size = victim.key, 50_000_000
    bodies = (lambda: b'{"code":"// ' + b"x" * size + b'"}', lambda: b"[" + b"[]," * (size // 3) + b"1]",
              lambda: b"x" * size, lambda: b'{"comm_id":"c","data":{"x":"' + b"y" * size + b'"}}')
    for i in range(n):
        with dealer(victim, "shell") as s:
            s.linger = 10_000
            s.send_multipart(wire.signed(key, rng.choice(REQUESTS[:10]), bodies[i % len(bodies)]()))
        victim.served(limit=20)
    return n


def killed_clients(victim, rng, n):
    """Clients that ask for megabytes and are killed -9 before they have them."""
    code = 'fmt.Println(strings.Repeat("x", 1<<20)); strings.Repeat("y", 1<<20)'
    history = {"hist_access_type": "tail", "n": 2, "output": True, "raw": True}
    requests = [("execute_request", wire.execute(code)), ("history_request", history)]
    for _ in range(n):
        child = os.fork()
        if child == 0:
            try:
                iopub, shell = (wire.connect(victim.ports[c]) for c in ("iopub", "shell"))
                iopub.sendall(wire.hello("iopub") + wire.frame(b"\x01"))
                shell.sendall(wire.hello("shell") + b"".join(
                    wire.message(wire.signed(victim.key, *request)) for request in requests * 3))
                time.sleep(60)
            finally:
                os._exit(1)
        time.sleep(rng.uniform(0.001, 0.08))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return 2 * n


def stuck_subscriber(victim, rng, n):
    """A subscriber that never reads, while a cell prints n lines: the others get them all, in bounded memory."""
    with contextlib.ExitStack() as held:
        for _ in range(3):
            s = held.enter_context(wire.connect(victim.ports["iopub"]))
            s.sendall(wire.hello("iopub") + wire.frame(b"\x01"))
        reader = held.enter_context(victim.client())
        code = f'for i := 0; i < {n}; i++ {{ fmt.Println(i, "{"z" * 500}") }}'
        text = "".join(c["text"] for t, c in reader.run(code, limit=60).published if t == "stream")
        got = text.count("\n")
        if got != n or not text.startswith("0 z") or f"\n{n - 1} z" not in text:
            raise Harm(f"the reader beside it got {got} of {n} lines")
        victim.served()
        if victim.rss() > 600:
            raise Harm(f"{victim.rss():.0f} MiB of memory")
    return 3


def vanishing_clients(victim, rng, n):
    """Clients that reset their connections while replies are written to them."""
    for _ in range(n):
        asks = {c: b"".join(wire.message(wire.signed(victim.key, "kernel_info_request", {})) for _ in range(50))
                for c in ("shell", "control")}
        with contextlib.ExitStack() as stack:
            for channel, talk in (("iopub", wire.frame(b"\x01")), *asks.items()):
                s = stack.enter_context(wire.connect(victim.ports[channel]))
                stack.callback(wire.reset, s)
                wire.say(s, wire.hello(channel, uuid.uuid4().bytes) + talk)
    return 3 * n


# As in strangers; the numbers are connections, but for the lines of the last.
ATTACKS = [
    ("duplicate identities", duplicate_identities, None),
    ("bad signatures", bad_signatures, None),
    ("replayed messages", replays, (20, 200)),
    ("JSON of wrong types", wrong_json, None),
    ("JSON of depth 10^5", deep_json, (12, 60)),
    ("50 MB messages", large_json, (1, 8)),
    ("clients that reset in mid-reply", vanishing_clients, None),
    ("clients killed -9 in mid-reply", killed_clients, (5, 40)),
    ("stuck subscribers", stuck_subscriber, (20_000, 200_000)),
]
