"""make bench, second half: package sgid beside the Python SDK, rounds interleaved.

Compare only figures of one run; the goals are ratios.
"""

import json
import re
import statistics
import sys

from workplace import BIN, ROOT, Failure, environment, run

ROUNDS = 3
ROWS = [  # benchmark, name, least ratio
    ("PKCEPair", "PKCE pair", None),
    ("IDToken", "ID token verified", 2),
    ("UserInfo1", "userinfo, 1 field", 50),
    ("UserInfo5", "userinfo, 5 fields", 50),
    ("NewClient", "client made", None),
]


def main():
    python = environment("requirements-clean.txt") / BIN / "python"
    ours, theirs = {}, {}
    for i in range(ROUNDS):
        for name, value in go().items():
            ours.setdefault(name, []).append(value)
        for name, value in json.loads(run(python, "-B", "scripts/bench/sgid_python.py")).items():
            theirs.setdefault(name, []).append(value)
        print(f"  sgID, round {i + 1} of {ROUNDS}", flush=True)
    print(f"\n| sgID, microseconds, median of {ROUNDS} | ipyauth/sgid | sgid-client | ratio | goal |\n|---|---|---|---|---|")
    for benchmark, name, goal in ROWS:
        a, b = statistics.median(ours[benchmark]), statistics.median(theirs[benchmark])
        verdict = "" if goal is None else f"{goal} x: {'met' if b / a >= goal else 'MISSED'}"
        print(f"| {name} | {a:,.2f} | {b:,.2f} | {b / a:,.1f} x | {verdict} |")
    print(f"| the SDK's block key alone, with a kept private key | | {statistics.median(theirs['kept key']):,.0f} | | |")


def go():
    names = "|".join(row[0] for row in ROWS)
    output = run("go", "test", "-run", "^$", "-bench", f"^Benchmark({names})$", "./sgid")
    found = re.findall(r"^Benchmark(\w+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op", output, re.M)
    if len(found) != len(ROWS):
        raise Failure("the benchmarks of package sgid did not all run")
    return {name: float(ns) / 1000 for name, ns in found}


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        sys.exit(1)
