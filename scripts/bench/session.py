"""A running kernel, and a client that takes the time of its requests."""

import os
import subprocess
import time
from pathlib import Path

import zmq
from jupyter_client.manager import KernelManager

from bench.floors import ECHO

# The client's reconnect interval. libzmq's default, 100, would add its pause to every start.
RECONNECT_MS = 5


class NoReply(Exception):
    """What the kernel did not do in time."""


class Died(NoReply):
    """The kernel process has ended."""


class Session:
    """One kernel from start to stop. Times are milliseconds, by the raw sockets of jupyter_client."""

    def __init__(self, name, wait=3.0):
        self.name, self.wait, self.echo = name, wait, name == ECHO
        self.context = zmq.Context()
        self.context.linger = 0
        self.context.reconnect_ivl = RECONNECT_MS
        self.manager = KernelManager(kernel_name=name, context=self.context)
        self.client = None
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self):
        start = time.perf_counter()
        self.manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = self.manager.client(context=self.context)
        self.client.start_channels(hb=False)
        self.sockets = {n: getattr(self.client, n + "_channel").socket for n in ("shell", "iopub", "control")}
        self.channels = {s: n for n, s in self.sockets.items()}
        self.poller = zmq.Poller()
        for s in self.sockets.values():
            self.poller.register(s, zmq.POLLIN)
        _, _, reply = self.ask("kernel_info_request", {}, wait=60)
        self.start_ms = (time.perf_counter() - start) * 1e3
        self.info = {} if self.echo else reply["content"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        try:
            if self.client is not None:
                self.client.stop_channels()
            if self.manager.has_kernel:
                self.manager.shutdown_kernel(now=True)
        finally:
            self.context.destroy(linger=0)

    def send(self, msg_type, content, channel="shell"):
        message = self.client.session.msg(msg_type, content)
        start = time.perf_counter()
        self.client.session.send(self.sockets[channel], message)
        return message["header"]["msg_id"], start

    def messages(self, wait):
        """Yields (channel, time, message) until wait seconds are over."""
        end = time.monotonic() + wait
        look = time.monotonic() + 0.5
        while (left := end - time.monotonic()) > 0:
            for s, _ in self.poller.poll(min(left, 0.25) * 1e3):
                while True:
                    try:
                        _, message = self.client.session.recv(s, mode=zmq.NOBLOCK)
                    except ValueError:  # a signature that is bad, or that came before
                        continue
                    if message is None:
                        break
                    yield self.channels[s], time.perf_counter(), message
            if time.monotonic() > look:
                if not self.manager.is_alive():
                    raise Died("the kernel died")
                look = time.monotonic() + 0.5

    def mine(self, message, msg_id):
        return (message["header"] if self.echo else message["parent_header"]).get("msg_id") == msg_id

    def ask(self, msg_type, content, channel="shell", wait=None):
        """Request to reply: ms, the channel it came on, the reply."""
        msg_id, start = self.send(msg_type, content, channel)
        for came, at, message in self.messages(wait or self.wait):
            if came != "iopub" and self.mine(message, msg_id):
                return (at - start) * 1e3, came, message
        raise NoReply("no reply")

    def begin(self, code, stop_on_error=True):
        return self.send("execute_request", {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": stop_on_error})

    def run(self, code, wait=30.0, interrupt_after=None, stop_on_error=True):
        """A cell: ms to its reply and to idle, the reply, and what was published.

        With interrupt_after the cell is interrupted after so many seconds, the way its kernelspec asks for,
        and the times count from there.
        """
        msg_id, start = self.begin(code, stop_on_error)
        if interrupt_after is not None:
            time.sleep(interrupt_after)
            start = time.perf_counter()
            self.manager.interrupt_kernel()
        reply, idle, content, published = None, None, None, []
        for channel, at, message in self.messages(wait):
            if not self.mine(message, msg_id):
                continue
            if channel == "iopub":
                published.append(message)
                if message["content"].get("execution_state") == "idle":
                    idle = (at - start) * 1e3
            elif channel == "shell":
                reply, content = (at - start) * 1e3, message["content"]
            if reply is not None and (idle is not None or self.echo):
                return reply, idle, content, published
        raise NoReply("no reply" if reply is None else "no idle")

    def settle(self):
        """Waits until IOPub is known to be connected, so that no idle is missed."""
        for _ in range(20):
            msg_id, _ = self.send("kernel_info_request", {})
            seen = set()
            for channel, _, message in self.messages(0.5):
                if self.mine(message, msg_id):
                    seen.add(message["content"].get("execution_state") if channel == "iopub" else channel)
                    if self.echo or {"shell", "idle"} <= seen:
                        return
        raise NoReply("no idle on IOPub")

    def rss(self):
        """MiB resident, with all child processes; None where there is no /proc."""
        try:
            parents = dict(map(parent, filter(str.isdigit, os.listdir("/proc"))))
            family, total = [self.manager.provisioner.pid], 0
            while family:
                pid = family.pop()
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
                family += [child for child, of in parents.items() if of == pid]
            return total / 2**20
        except OSError:
            return None


def parent(pid):
    """(pid, its parent); a process that ended meanwhile has none."""
    try:
        return int(pid), int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return int(pid), 0
