"""Runs all attacks and prints what came of them; see scripts/hostile.py."""

import argparse
import random
import secrets
import sys
import time

import zmq

from hostile import cells, clients, strangers
from hostile.victim import Harm, Victim, folder


class Run:
    """What was tried so far, and with what result."""

    def __init__(self, victim, options):
        self.victim, self.options = victim, options
        self.rows, self.connections = [], 0
        self.end = time.monotonic() + options.seconds

    def attack(self, kind, call):
        """Makes one kind of attack; what it returns is the number tried and what to note about it."""
        print(f"  {kind} …", flush=True)
        start, tried, failed = time.monotonic(), 0, False
        try:
            tried, result = call()
        except (Harm, OSError, zmq.ZMQError) as harm:
            failed, result = True, f"FAILED: {harm}"
        if not self.victim.alive():
            self.victim.deaths += 1
            failed, result = True, f"FAILED: the kernel died: {self.victim.last_words()}"
        if failed:
            self.victim.replace()
        self.rows.append((kind, tried, result, failed))
        print(f"  {kind}: {result}, {time.monotonic() - start:.1f} s", flush=True)

    def on_ports(self, kind, attack, numbers):
        if time.monotonic() > self.end:
            self.rows.append((kind, 0, "not tried: --seconds are over", True))
            return
        short = self.options.short
        kinds = [row for row in strangers.ATTACKS + clients.ATTACKS if row[2] is None]
        number = max(1, self.options.connections // len(kinds)) if numbers is None else numbers[0 if short else 1]
        # Each kind has a random source of its own, so that one can be repeated without the others.
        rng = random.Random(f"{self.options.seed} {kind}")

        def call():
            made = attack(self.victim, rng, number)
            self.connections += made
            self.victim.recovered()
            return made, "serves on"
        self.attack(kind, call)

    def in_a_cell(self, kind, code, check):
        def call():
            result = check(self.victim, code)
            self.victim.recovered()
            return 1, result
        self.attack(kind, call)

    def report(self):
        wide = max(len(row[0]) for row in self.rows)
        print(f"\n{'kind':{wide}}  tried  result")
        for kind, tried, result, _ in self.rows:
            print(f"{kind:{wide}}  {tried:5}  {result}")
        failed = sum(row[3] for row in self.rows)
        print(f"\nseed {self.options.seed}; connections tried: {self.connections}, kernel deaths: {self.victim.deaths}")
        print(f"{len(self.rows) - failed} passed, {failed} failed")
        return 1 if failed else 0


def arguments():
    a = argparse.ArgumentParser(prog="hostile.py", description=__doc__)
    a.add_argument("--short", action="store_true", help="the run of make test: fewer connections, smaller floods")
    a.add_argument("--seed", default=secrets.token_hex(4), help="repeats a run")
    a.add_argument("--seconds", type=float, default=600, help="start no attack on a port after so long")
    a.add_argument("--connections", type=int, help="hostile connections of random content (3,000; --short 300)")
    a.add_argument("--only", default="", help="kinds whose name contains this")
    options = a.parse_args()
    options.connections = options.connections or (300 if options.short else 3000)
    return options


def main():
    options = arguments()
    with folder() as place:
        victim = Victim(place)
        run = Run(victim, options)
        print(f"seed {options.seed}; kernel {victim.pid}: {victim.base}", flush=True)
        try:
            for kind, attack, numbers in strangers.ATTACKS + clients.ATTACKS:
                if options.only in kind:
                    run.on_ports(kind, attack, numbers)
            for kind, code, check in cells.ATTACKS:
                if options.only in kind:
                    run.in_a_cell(kind, code, check)
        finally:
            victim.stop()
        return run.report()


if __name__ == "__main__":
    sys.exit(main())
