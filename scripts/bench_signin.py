"""make bench, third part: a sign-in in JupyterLab and Chromium, from the callback page to the widget.

The clock stops when the widget says "signed in". It starts when the browser asks for the
callback page and, in the second column, at that page's first line: what is between is the
browser's new frame. The person and the provider's pages are not in it.
"""

import json
import os
import re
import statistics
import subprocess
import sys

from suites import JS, prepare
from workplace import Failure

GOAL = 50  # milliseconds, the median


def main():
    # Playwright tells on stdout how it is getting on; the figures are between.
    process = subprocess.Popen(["npm", "run", "--silent", "bench"], cwd=JS, env=prepare(), stdout=subprocess.PIPE, text=True)
    rows = []
    for line in process.stdout:
        found = re.match(r"signin-bench (\{.*\})", line)
        if found:
            rows.append(json.loads(found[1]))
            print(f"  signed in {len(rows[-1]['requested'])} times: {rows[-1]['name']}", flush=True)
    if process.wait():
        raise Failure("the sign-ins in the browser did not all work; `npm run bench` in js/ shows why")
    load = f", load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    print(f"\n| to signed in, ms, p50 (least, p95){load} | from the request for the page | from its first line | goal |")
    print("|---|---|---|---|")
    for row in rows:
        print(f"| {row['name']} | {figures(row['requested'])} | {figures(row['running'])} | < {GOAL} |")


def figures(times):
    times = sorted(times)
    middle = statistics.median(times)
    return f"{middle:.0f} ({times[0]:.0f}, {times[int(0.95 * len(times))]:.0f}) {'met' if middle < GOAL else 'MISSED'}"


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        sys.exit(1)
