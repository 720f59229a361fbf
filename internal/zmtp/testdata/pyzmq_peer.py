"""The sockets of package zmtp, used by libzmq. Run by TestPyzmq: pyzmq_peer.py ROUTER PUBLISHER ECHO (ports).

The router sends every message back, but for [b"publish", count, size]: then count messages
[b"t", number, size bytes] are published, and the answer comes after the last.
"""

import os
import socket
import sys
import time

import zmq

router, publisher, echo = (f"tcp://127.0.0.1:{port}" for port in sys.argv[1:4])
context = zmq.Context()


def client(kind, address, **options):
    s = context.socket(kind)
    s.linger = 0
    s.rcvtimeo = s.sndtimeo = 20_000
    for name, value in options.items():
        setattr(s, name, value)
    s.connect(address)
    return s


def ask(s, *frames):
    s.send_multipart(frames)
    return s.recv_multipart()


def check(name, ok):
    print("ok  " if ok else "FAIL", name)
    if not ok:
        sys.exit(1)


def echoes():
    dealer = client(zmq.DEALER, router, identity=b"dealer")
    big = os.urandom(5_000_000)
    for frames in ([b"a"], [b"", b"a", b""], [b"x" * 255, b"y" * 256], [big, b"", big]):
        check(f"DEALER {[len(f) for f in frames]}", ask(dealer, *frames) == frames)
    check("DEALER without identity", ask(client(zmq.DEALER, router), b"a") == [b"a"])
    check("REQ to ROUTER", ask(client(zmq.REQ, router), b"a") == [b"a"])
    heartbeat = client(zmq.REQ, echo)
    check("REQ to REP", all(ask(heartbeat, b"ping") == [b"ping"] for _ in range(100)))
    check("DEALER to REP without delimiter", ask(client(zmq.DEALER, echo), b"ping") == [b"ping"])


def takeover():
    elder = client(zmq.DEALER, router, identity=b"same", reconnect_ivl=-1)
    ask(elder, b"a")
    newer = client(zmq.DEALER, router, identity=b"same")
    check("newest peer wins an identity", ask(newer, b"b") == [b"b"])


def pings():
    s = client(zmq.DEALER, router, heartbeat_ivl=20, heartbeat_timeout=200)
    monitor = s.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    ask(s, b"a")
    check("PINGs are answered", monitor.poll(600) == 0 and ask(s, b"b") == [b"b"])
    s.disable_monitor()


def subscriptions():
    sub = client(zmq.SUB, publisher)
    sub.subscribe(b"")
    check("welcome comes first", sub.recv_multipart() == [b"", b"welcome"])
    other = client(zmq.SUB, publisher)
    other.subscribe(b"u")
    check("welcome of a topic", other.recv_multipart() == [b"u", b"welcome"])
    dealer = client(zmq.DEALER, router)
    ask(dealer, b"publish", b"3", b"10")
    got = [sub.recv_multipart()[1] for _ in range(3)]
    check("published in order", got == [b"0", b"1", b"2"])
    check("other topics are filtered", other.poll(50) == 0)
    sub.unsubscribe(b"")
    sub.subscribe(b"v")
    check("welcome after a change", sub.recv_multipart() == [b"v", b"welcome"])
    ask(dealer, b"publish", b"3", b"10")
    check("unsubscribed", sub.poll(50) == 0)


def flood():
    stuck = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    ready = b"\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB"
    stuck.sendall(b"\xff" + 8 * b"\0" + b"\x7f\x03\x00NULL" + 48 * b"\0" + bytes([4, len(ready)]) + ready + b"\x00\x01\x01")
    sub = client(zmq.SUB, publisher, rcvhwm=0)
    sub.subscribe(b"")
    sub.recv_multipart()
    dealer = client(zmq.DEALER, router)
    start = time.perf_counter()
    dealer.send_multipart([b"publish", b"2600", b"10000"])
    got = [int(sub.recv_multipart()[1]) for _ in range(2600)]
    took = time.perf_counter() - start
    dealer.recv_multipart()
    check(f"26 MB beside a stuck subscriber in {took:.3f} s", got == list(range(2600)))


def latency():
    for name, s in ("ROUTER", client(zmq.DEALER, router)), ("REP", client(zmq.REQ, echo)):
        times = []
        for _ in range(2000):
            start = time.perf_counter()
            ask(s, b"ping")
            times.append((time.perf_counter() - start) * 1e6)
        times.sort()
        print(f"     {name} round trip: p50 {times[1000]:.0f} us, p99 {times[1980]:.0f} us")


for test in echoes, takeover, pings, subscriptions, flood, latency:
    test()
