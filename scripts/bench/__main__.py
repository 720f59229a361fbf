"""Runs the rounds and prints the table; see scripts/bench.py."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jupyter_client
import zmq
from jupyter_client.kernelspec import KernelSpecManager

from bench import floors, rounds, table

PYTHON, PEERS = "python3", ("gophernotes", "gonb")


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="ipyauth-bench-") as folder:
        os.environ["JUPYTER_RUNTIME_DIR"] = str(Path(folder) / "runtime")
        os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, (folder, os.environ.get("JUPYTER_PATH"))))
        how = floors.install(folder)
        installed = KernelSpecManager().find_kernel_specs()
        missing = [name for name in (table.OURS, PYTHON, *PEERS) if name not in installed]
        if table.OURS in missing:
            print("bench: kernel ipyauth is not installed", file=sys.stderr)
            return 1
        names = [table.OURS, floors.ECHO, floors.NULL, *(n for n in (PYTHON, *PEERS) if n in installed)]
        machine = describe(how)
        figures, load = compare(names, options)
        print(f"\n{machine}; load {min(load):.1f} to {max(load):.1f}\n"
              f"{options.rounds} rounds, interleaved; {options.n} cells and {options.asks} requests of each kind")
        table.show(figures)
        for name in missing:
            print(f"{name}: missing (no such kernel is installed)")
        loop = many_cells(options.cells)
    if options.json:
        result = {"machine": machine, "load": load, "rounds": options.rounds, "missing": missing,
                  **table.as_json(figures), "many_cells": loop}
        Path(options.json).write_text(json.dumps(result, indent=1) + "\n")
    return 0


def arguments():
    a = argparse.ArgumentParser(prog="bench.py", description=__doc__)
    a.add_argument("--quick", action="store_true", help="two short rounds and 1,000 cells: does it run?")
    a.add_argument("--rounds", type=int, help="starts of each kernel (7)")
    a.add_argument("--n", type=int, help="cells `1+1` for each kernel (504)")
    a.add_argument("--asks", type=int, help="requests of the other kinds for each kernel (210)")
    a.add_argument("--cells", type=int, help="length of the long loop (10,000)")
    a.add_argument("--long", action="store_true", help="100,000 cells in the long loop")
    a.add_argument("--json", metavar="FILE", help="write all figures there too")
    options = a.parse_args()
    for name, full, quick in (("rounds", 7, 2), ("n", 504, 60), ("asks", 210, 40), ("cells", 10_000, 1_000)):
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else full)
    if options.long:
        options.cells = 100_000
    return options


def compare(names, options):
    figures = {name: rounds.Figures() for name in names}
    counts = rounds.Counts(-(-options.n // options.rounds), -(-options.asks // options.rounds))
    load, start = [os.getloadavg()[0]], time.monotonic()
    for i in range(options.rounds):
        turn = i % len(names)
        for name in names[turn:] + names[:turn]:  # so that none always follows the same neighbour
            rounds.one(name, figures[name], counts)
        load.append(os.getloadavg()[0])
        print(f"  round {i + 1} of {options.rounds}: {time.monotonic() - start:.0f} s", flush=True)
    return figures, [round(x, 2) for x in load]


def many_cells(n):
    print(f"\n{n:,} cells in one kernel ({table.OURS})", flush=True)

    def show(done, ms, mib):
        print(f"  {done:7,} cells: {ms:.2f} ms each, {mib:.1f} MiB", flush=True)
    result = rounds.many_cells(table.OURS, n, show)
    print(f"  {result['seconds']} s, {result['bytes_per_cell']} bytes kept per cell")
    return result


def describe(how):
    """The machine and the versions, in one line."""
    try:
        memory = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (ValueError, OSError):
        memory = "memory unknown"
    go = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True).stdout.strip()
    return (f"{os.cpu_count()} cores, {memory}, {platform.system()} {platform.machine()}; {go}, "
            f"Python {platform.python_version()}, jupyter_client {jupyter_client.__version__}, "
            f"pyzmq {zmq.__version__}; floor-echo in {how}")


if __name__ == "__main__":
    sys.exit(main())
