"""The kernel under attack, and an honest client of it."""

import json
import os
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import zmq
from jupyter_client.manager import KernelManager

from hostile import wire


class Harm(Exception):
    """What an attack achieved; it should have achieved nothing."""


@dataclass
class Usage:
    """What the kernel holds. Threads of a Go program do not go away, so few more are allowed."""

    fds: int
    threads: int
    goroutines: int

    def above(self, base):
        limits = {"fds": base.fds + 2, "threads": base.threads + 16, "goroutines": base.goroutines + 4}
        return [f"{getattr(self, n)} {n} (were {getattr(base, n)})" for n, most in limits.items()
                if getattr(self, n) > most]


class Victim:
    """One running kernel."""

    def __init__(self, folder):
        self.log = Path(folder) / "kernel.log"
        self.context = zmq.Context()
        self.context.linger = 0
        self.manager = None
        self.deaths = 0
        self.start()

    def start(self):
        with open(self.log, "wb") as log:
            self.manager = KernelManager(kernel_name="ipyauth", context=self.context)
            self.manager.start_kernel(stdout=log, stderr=log)
        info = self.manager.get_connection_info()
        self.key = info["key"]
        self.ports = {name: info[name + "_port"] for name in wire.PORTS}
        self.pid = self.manager.provisioner.pid
        with self.client(limit=20) as c:
            c.run('import ("fmt"; "log"; "os"; "runtime"; "strings"; "sync"; "time")')
        self.served()
        self.base = self.usage()

    def stop(self):
        self.manager.shutdown_kernel(now=True)

    def replace(self):
        self.stop()
        self.start()

    def alive(self):
        return self.manager.provisioner.process is not None and self.manager.provisioner.process.poll() is None

    def ended(self, limit):
        """Waits for the end of the process; whether it came."""
        end = time.monotonic() + limit
        while self.alive() and time.monotonic() < end:
            time.sleep(0.02)
        return not self.alive()

    def client(self, limit=5):
        return Client(self, limit)

    def served(self, limit=5):
        """Another client is served on every port, or it is harm."""
        start = time.monotonic()
        with self.client(limit) as c:
            outcome = c.run("1+1", limit)
            # A failed cell takes what is queued behind it along, whoever sent it; so ask again.
            while outcome.reply.get("ename") == "Aborted" and time.monotonic() < start + limit:
                outcome = c.run("1+1", limit)
            if outcome.value() != "2":
                raise Harm(f"1+1 was answered by {outcome.reply or 'nothing'}")
            c.ask("control", "kernel_info_request", {}, limit)
            c.beat(limit)
        return time.monotonic() - start

    def usage(self):
        with self.client() as c:
            goroutines = int(c.run("runtime.NumGoroutine()").value() or 0)
        process = Path(f"/proc/{self.pid}")
        return Usage(len(os.listdir(process / "fd")), len(os.listdir(process / "task")), goroutines)

    def last_words(self):
        """The line of the log that says why the kernel died."""
        lines = self.log.read_text(errors="replace").splitlines()
        causes = [line for line in lines if line.startswith(("panic:", "fatal error:", "runtime:"))]
        return causes[0] if causes else "it says nothing"

    def rss(self):
        """MiB resident."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def recovered(self, limit=12):
        """The kernel serves, and holds no more than at the start; given time for its own deadlines."""
        self.served()
        end = time.monotonic() + limit
        while above := self.usage().above(self.base):
            if time.monotonic() > end:
                raise Harm("does not let go: " + ", ".join(above))
            time.sleep(0.1)


@dataclass
class Outcome:
    """What came back for one request; elapsed counts to the reply."""

    reply: dict | None
    published: list
    elapsed: float = 0

    def value(self):
        values = [c["data"].get("text/plain") for t, c in self.published if t == "execute_result"]
        return values[-1] if values else None

    def text(self):
        """Everything a person would read: output, error and value."""
        parts = [c.get("text") or c.get("evalue") or "" for t, c in self.published if t in ("stream", "error")]
        return "".join(parts) + str((self.reply or {}).get("evalue", ""))


class Client:
    """Sockets of an honest client. Made when IOPub has greeted it, so that it misses nothing."""

    def __init__(self, victim, limit):
        self.key, self.limit = victim.key, limit
        self.session = uuid.uuid4().hex
        kinds = {"shell": zmq.DEALER, "control": zmq.DEALER, "iopub": zmq.SUB, "hb": zmq.REQ}
        self.sockets, self.poller = {}, zmq.Poller()
        for name, kind in kinds.items():
            s = self.sockets[name] = victim.context.socket(kind)
            s.linger = 0
            s.rcvhwm = 0
            s.reconnect_ivl = 10
            if kind == zmq.SUB:
                s.subscribe(b"")
            s.connect(f"tcp://127.0.0.1:{victim.ports[name]}")
            if name != "hb":
                self.poller.register(s, zmq.POLLIN)
        if not self.sockets["iopub"].poll(limit * 1000):
            self.close()
            raise Harm(f"no welcome on IOPub within {limit} s")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for s in self.sockets.values():
            s.close()

    def send(self, channel, msg_type, content):
        msg_id = uuid.uuid4().hex
        self.sockets[channel].send_multipart(wire.signed(self.key, msg_type, content, self.session, msg_id))
        return msg_id

    def messages(self, end):
        """Yields (channel, type, parent's id, content) until the time is over."""
        while (left := end - time.monotonic()) > 0:
            for s, _ in self.poller.poll(left * 1000):
                frames = s.recv_multipart()
                at = frames.index(wire.DELIMITER)
                header, parent, content = (json.loads(frames[at + i]) for i in (2, 3, 5))
                channel = next(n for n, other in self.sockets.items() if other is s)
                yield channel, header["msg_type"], parent.get("msg_id"), content

    def wait(self, msg_id, limit=None, idle=True):
        """Collects until reply and idle are there; what is missing after the limit is harm."""
        start = time.monotonic()
        out, is_idle = Outcome(None, []), not idle
        for channel, msg_type, parent, content in self.messages(start + (limit or self.limit)):
            if parent != msg_id:
                continue
            if channel == "iopub":
                out.published.append((msg_type, content))
                is_idle = is_idle or content.get("execution_state") == "idle"
            else:
                out.reply, out.elapsed = content, time.monotonic() - start
            if out.reply is not None and is_idle:
                return out
        raise Harm("no " + " and no ".join([w for w, there in (("reply", out.reply), ("idle", is_idle)) if not there])
                   + f" within {limit or self.limit} s")

    def ask(self, channel, msg_type, content, limit=None):
        return self.wait(self.send(channel, msg_type, content), limit)

    def run(self, code, limit=None):
        return self.ask("shell", "execute_request", wire.execute(code), limit)

    def beat(self, limit):
        self.sockets["hb"].send(b"ping")
        if not self.sockets["hb"].poll(limit * 1000):
            raise Harm(f"no heartbeat within {limit} s")


def folder():
    """Where the run keeps the connection files and the kernel's log."""
    place = tempfile.TemporaryDirectory(prefix="ipyauth-hostile-")
    os.environ["JUPYTER_RUNTIME_DIR"] = place.name
    return place
