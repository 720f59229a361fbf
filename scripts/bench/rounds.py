"""One round: what is measured of one kernel between its start and its stop."""

import time
import uuid
from dataclasses import dataclass, field

from bench import snippets
from bench.session import Died, NoReply, Session

# No kernel may hold up a round for longer with one measurement, in seconds.
BUDGET = 20.0


@dataclass
class Figures:
    """All values of one kernel, by measurement, and what is to be said about them."""

    values: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)
    refused: set = field(default_factory=set)  # measurements that it did not answer, asked no more
    what: str = ""

    def add(self, name, value):
        if value is not None:
            self.values.setdefault(name, []).append(value)


@dataclass
class Counts:
    """How often things are asked in one round."""

    cells: int
    asks: int


class Round:
    def __init__(self, session, figures, counts):
        self.session, self.figures, self.counts = session, figures, counts
        self.snippets = snippets.of(session.info)

    def measure(self):
        f, s = self.figures, self.session
        f.what = f"{s.info.get('implementation', 'echo')} {s.info.get('implementation_version', '')}".strip()
        f.add("start", s.start_ms)
        s.settle()
        time.sleep(0.2)
        f.add("rss idle", s.rss())
        self.times("imports", 1, self.imports)
        for _ in range(3):
            s.run(self.snippets.expression)
        self.times("reply", self.counts.cells, self.reply)
        if s.echo:
            self.times("control", self.counts.asks, self.control)
            return
        self.times("first completion", 1, lambda: self.complete("first completion"))
        self.times("completion", self.counts.asks, lambda: self.complete("completion"))
        self.times("lines", 2, self.lines)
        self.times("comm", 1, self.comms)
        self.times("control", 1, self.busy)
        f.add("rss work", s.rss())
        self.times("interrupt", 1, self.interrupt)

    def times(self, name, n, call):
        """Calls n times; a kernel that does not answer is not asked again, in later rounds neither."""
        if name in self.figures.refused:
            return
        end = time.monotonic() + BUDGET
        for _ in range(n):
            if time.monotonic() > end:
                self.figures.notes[name] = "slow: fewer taken"
                return
            try:
                call()
            except NoReply as error:
                self.figures.refused.add(name)
                self.figures.notes[name] = str(error)
                if isinstance(error, Died):
                    raise
                return

    def imports(self):
        reply, _, _, _ = self.session.run(self.snippets.imports, wait=60)
        self.figures.add("imports", reply)

    def reply(self):
        reply, _, content, _ = self.session.run(self.snippets.expression)
        self.figures.add("reply", reply)
        if not self.session.echo and content["status"] != "ok":
            raise NoReply(f"status {content['status']}")

    def complete(self, name):
        code = self.snippets.complete
        ms, _, message = self.session.ask("complete_request", {"code": code, "cursor_pos": len(code)}, wait=20)
        self.figures.add(name, ms)
        if not message["content"].get("matches"):
            self.figures.notes[name] = "no matches"

    def lines(self):
        reply, idle, _, published = self.session.run(self.snippets.stream)
        text = [m["content"]["text"] for m in published
                if m["msg_type"] == "stream" and m["content"]["name"] == "stdout"]
        self.figures.add("lines", max(reply, idle))
        self.figures.add("messages", len(text))
        got = "".join(text)
        if got != snippets.STREAM_TEXT:
            self.figures.notes["lines"] = f"{got.count(chr(10))} of {snippets.LINES}"

    def comms(self):
        """One comm, asked while nothing runs and while a cell computes."""
        if not self.snippets.target:
            raise NoReply("no comms")
        if self.snippets.prepare:
            self.session.run(self.snippets.prepare)
        comm_id = self.open_comm()
        for _ in range(self.counts.asks):
            self.figures.add("comm idle", self.comm(comm_id))
        cell, _ = self.session.begin(self.snippets.busy)
        time.sleep(0.3)
        end = time.monotonic() + 1.0
        for _ in range(self.counts.asks):
            self.figures.add("comm busy", self.comm(comm_id))
            if time.monotonic() > end:
                break
        self.finish(cell)

    def open_comm(self):
        target = {"target_name": self.snippets.target}
        if self.snippets.opened:
            _, _, reply = self.session.ask("comm_info_request", target)
            for comm_id in reply["content"]["comms"]:
                return comm_id
            raise NoReply("no comm")
        comm_id = uuid.uuid4().hex
        self.session.send("comm_open", {"comm_id": comm_id, **target, "data": {}})
        self.session.settle()
        return comm_id

    def comm(self, comm_id):
        msg_id, start = self.session.send("comm_msg", {"comm_id": comm_id, "data": self.snippets.data})
        for channel, at, message in self.session.messages(self.session.wait):
            if channel == "iopub" and message["msg_type"] == "comm_msg" and self.session.mine(message, msg_id):
                return (at - start) * 1e3
        raise NoReply("no answer")

    def control(self):
        ms, _, _ = self.session.ask("kernel_info_request", {}, "control")
        self.figures.add("control", ms)

    def busy(self):
        """Control requests while a cell computes."""
        cell, began = self.session.begin(self.snippets.busy)
        time.sleep(0.3)
        for _ in range(10):
            ms, came, _ = self.session.ask("kernel_info_request", {}, "control")
            self.figures.add("control", ms)
            if came != "control":
                self.figures.notes["control"] = f"answered on {came}"
            if time.perf_counter() - began > 1.4:
                break
            time.sleep(0.05)
        self.finish(cell)

    def finish(self, msg_id):
        for channel, _, message in self.session.messages(5):
            if channel == "shell" and self.session.mine(message, msg_id):
                return self.session.settle()
        return self.session.settle()

    def interrupt(self):
        reply, _, content, _ = self.session.run(self.snippets.loop, wait=8, interrupt_after=0.5)
        self.figures.add("interrupt", reply)
        if content["status"] != "error":
            self.figures.notes["interrupt"] = f"status {content['status']}"
        if self.session.run(self.snippets.expression, wait=8)[2]["status"] != "ok":
            self.figures.notes["interrupt"] = "the next cell fails"


def one(name, figures, counts):
    """Starts a kernel, measures, stops it. What goes wrong is noted among its figures."""
    try:
        with Session(name) as session:
            Round(session, figures, counts).measure()
    except NoReply as error:
        figures.notes["start"] = f"a round ended early: {error}"


def many_cells(name, n, show):
    """Runs n cells of several kinds in one kernel; shows time and memory per cell along the way."""
    kinds = ("1+1", "x := {i}", "y = {i}", "func f() int {{ return {i} }}", "f()", 'fmt.Sprint("cell", {i})',
             "for j := 0; j < 10; j++ {{ y += j }}", "undefined{i}")
    with Session(name) as session:
        session.settle()
        session.run('import "fmt"\nvar y int\nfunc f() int { return 0 }')
        for i in range(max(200, n // 100)):  # until buffers and caches have their size
            session.run(kinds[i % len(kinds)].format(i=i), stop_on_error=False)
        first, start, at = session.rss(), time.perf_counter(), 0
        for part in range(1, 6):
            begin, until = time.perf_counter(), n * part // 5
            for i in range(at, until):
                session.run(kinds[i % len(kinds)].format(i=i), stop_on_error=False)
            took, at = time.perf_counter() - begin, until
            show(until, took / max(1, n // 5) * 1e3, session.rss())
        return {"cells": n, "seconds": round(time.perf_counter() - start, 2),
                "bytes_per_cell": round((session.rss() - first) * 2**20 / n)}
