"""The goals, and how figures are shown against them."""

import statistics
from dataclasses import dataclass
from typing import Callable

from bench.floors import ECHO, NULL

OURS = "ipyauth"
SHOWN = {"python3": "ipykernel"}  # where the kernelspec's name says little


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def p99(values):
    return quantile(values, 0.99)


@dataclass
class Goal:
    """At most `most`, and at most `times` the figure of a floor; either may be missing."""

    most: float | None = None
    times: float | None = None
    floor: str = NULL
    unit: str = "ms"

    def __str__(self):
        parts = [f"{self.most:g} {self.unit}"] if self.most else []
        parts += [f"{self.times:g} x {self.floor}"] if self.times else []
        return "<= " + " and ".join(parts)

    def met(self, row, figures):
        """Whether it is met; None when there is nothing to compare."""
        ours = row.figure(figures.get(OURS))
        limits = [self.most] if self.most else []
        if self.times:
            floor = row.figure(figures.get(self.floor))
            limits.append(floor * self.times if floor is not None else None)
        if ours is None or None in limits:
            return None
        return all(ours <= limit for limit in limits)


@dataclass
class Row:
    title: str
    name: str
    figure_of: Callable
    goal: Goal | None
    whole: bool = False  # a note means that something is missing, and the goal missed
    spread: bool = True

    def figure(self, figures):
        values = figures.values.get(self.name) if figures else None
        return self.figure_of(values) if values else None

    def cell(self, figures):
        figure, note = self.figure(figures), figures.notes.get(self.name, "")
        if figure is None:
            return note or "-"
        values = figures.values[self.name]
        text = number(figure)
        if self.spread:
            text += f" ({number(min(values))}-{number(max(values))})"
        return f"{text}, {note}" if note else text

    def verdict(self, figures):
        if self.goal is None:
            return ""
        met = self.goal.met(self, figures)
        if self.whole and met and self.name in figures[OURS].notes:
            met = False
        return {True: "met", False: "MISSED", None: "not measured"}[met]


ROWS = [
    Row("start to kernel_info_reply, median", "start", statistics.median, Goal(30, 2, ECHO)),
    Row("`1+1` to reply, p50", "reply", statistics.median, Goal(times=1), spread=False),
    Row("`1+1` to reply, p99", "reply", p99, Goal(times=2), spread=False),
    Row("comm_msg to answer, p50, idle", "comm idle", statistics.median, Goal(times=1), spread=False),
    Row("comm_msg to answer, p50, a cell runs", "comm busy", statistics.median, Goal(times=1), spread=False),
    Row("control request, a cell computes, max", "control", max, Goal(2), spread=False),
    Row("... median", "control", statistics.median, None, spread=False),
    Row("interrupt of an endless loop to reply, median", "interrupt", statistics.median, Goal(3)),
    Row("10,000 printed lines, all of them, median", "lines", statistics.median, Goal(10), whole=True),
    Row("... in messages, median", "messages", statistics.median, None),
    Row("first completion, median", "first completion", statistics.median, Goal(5)),
    Row("later completion, p50", "completion", statistics.median, Goal(times=1), spread=False),
    Row("first cell: 3 imports, median", "imports", statistics.median, Goal(15)),
    Row("memory idle, median, MiB", "rss idle", statistics.median, Goal(32, unit="MiB"), spread=False),
    Row("memory after work, median, MiB", "rss work", statistics.median, Goal(40, unit="MiB"), spread=False),
]


def number(x):
    return f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}".removesuffix(".00")


def show(figures):
    """Prints the table: a column for each kernel, the goal, and whether ours meets it."""
    names = list(figures)
    lines = [["ms", *(SHOWN.get(n, n) for n in names), "goal", ""]]
    lines += [[row.title, *(row.cell(figures[n]) for n in names), str(row.goal or ""), row.verdict(figures)]
              for row in ROWS]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for i, line in enumerate(lines):
        print("| " + " | ".join(text.ljust(width) for text, width in zip(line, widths)) + " |")
        if i == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for name in names:
        early = figures[name].notes.get("start")
        print(f"{SHOWN.get(name, name)}: {figures[name].what}" + (f" ({early})" if early else ""))


def as_json(figures):
    """All figures of all kernels, and the verdicts."""
    out = {}
    for name, f in figures.items():
        out[name] = {"what": f.what, "notes": f.notes, "figures": {
            key: {"n": len(v), "min": min(v), "p50": statistics.median(v), "p99": p99(v), "max": max(v)}
            for key, v in f.values.items()}}
    return {"kernels": out, "goals": {row.title: row.verdict(figures) for row in ROWS if row.goal}}
