"""go test with a report: prints what `go test` prints and writes its events to a file.

    python scripts/go_test.py REPORT [arguments of go test]
"""

import collections
import json
import subprocess
import sys
from pathlib import Path


def main(report, arguments):
    Path(report).parent.mkdir(parents=True, exist_ok=True)
    output = collections.defaultdict(list)  # of each test that runs, shown if it fails
    with open(report, "w") as events:
        process = subprocess.Popen(["go", "test", "-json", *arguments], stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                print(line, end="", flush=True)
                continue
            events.write(line)
            tell(event, output)
    return process.wait()


def tell(event, output):
    test = event.get("Package"), event.get("Test")
    match event["Action"]:
        case "build-output":
            print(event["Output"], end="", flush=True)
        case "output" if event.get("Test") or not event["Output"].startswith(("ok ", "FAIL", "?", "---", "PASS")):
            output[test].append(event["Output"])
        case "output" if event["Output"].startswith(("ok ", "FAIL\t")):
            print(event["Output"], end="", flush=True)
        case "fail":
            print("".join(output.pop(test, [])), end="", flush=True)
        case "pass" | "skip":
            output.pop(test, None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
