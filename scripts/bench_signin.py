"""make bench, third part: a sign-in in JupyterLab and Chromium, from the callback page to the widget.

The clock starts when the browser asks for the callback page and stops when the widget says
"signed in"; the person and the provider's pages are not in it.
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
            print(f"  signed in {len(rows[-1]['times'])} times: {rows[-1]['name']}", flush=True)
    if process.wait():
        raise Failure("the sign-ins in the browser did not all work; `npm run bench` in js/ shows why")
    load = f", load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    print(f"\n| callback page to signed in, ms{load} | p50 | least | p95 | goal (p50) |\n|---|---|---|---|---|")
    for row in rows:
        times = sorted(row["times"])
        middle = statistics.median(times)
        verdict = "met" if middle < GOAL else "MISSED"
        print(f"| {row['name']} | {middle:.0f} | {times[0]:.0f} | {times[int(0.95 * len(times))]:.0f} | < {GOAL}: {verdict} |")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        sys.exit(1)
