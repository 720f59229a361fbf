"""make attacks: every row of docs/attacks.md with pass or fail and where it is tested.

Runs the suites and reads their reports. With --read it reads the reports that `make test`
has just written. Exits 1 if a row has no test, or one that failed.

A test belongs to a row by its name: "A02 state forged", "A05 A06 an answer of another
flow"; a Go test function by its attribute: t.Attr("attack", "D58 D59").
"""

import collections
import json
import os
import re
import subprocess
import sys

from suites import JS, REPORTS, SUITES, prepare
from workplace import ROOT, Failure

TABLE = ROOT / "docs" / "attacks.md"
LABELS = re.compile(r"(?:[A-G]\d\d(?![0-9A-Za-z])[ _]?)+")  # go test writes a space as _
ROW = re.compile(r"^\| ([A-G]\d\d) \| (.+?) \| (.+?) \|$", re.M)
NOT_OFFERED = "— "  # how a row that can't apply begins its last column


def main():
    failed = [] if "--read" in sys.argv else run_suites()
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    tests = collect()
    bad = 0
    for label, attack, outcome in rows:
        verdict, where = judge(tests[label], outcome)
        bad += verdict in ("FAIL", "NO TEST")
        print(f"{label}  {verdict:7}  {attack}")
        if where:
            print(f"{'':14}{where}")
    strangers = sorted(set(tests) - {label for label, *_ in rows})
    for label in strangers:
        print(f"{label}  no such row: {places(tests[label])}")
    justified = sum(outcome.startswith(NOT_OFFERED) for *_, outcome in rows)
    print(f"{len(rows)} rows: {len(rows) - bad - justified} pass, {justified} can't apply, {bad} fail or have no test")
    for name in failed:
        print(f"FAILED: {name}")
    return 1 if bad or strangers or failed else 0


def judge(found, outcome):
    if outcome.startswith(NOT_OFFERED):
        return "n/a", outcome.removeprefix(NOT_OFFERED)
    if not found:
        return "NO TEST", ""
    wrong = [place for place, passed in found if not passed]
    return ("FAIL", ", ".join(wrong)) if wrong else ("pass", places(found))


def places(found):
    """The places of a row's tests, each once with its number of tests."""
    counts = collections.Counter(place for place, _ in found)
    return ", ".join(place + (f" ({n})" if n > 1 else "") for place, n in counts.items())


def collect():
    """Reads all reports: row -> [(place, passed)]."""
    tests = collections.defaultdict(list)
    for name, place, passed in [*go_tests(), *vitest_tests(), *playwright_tests()]:
        for label in dict.fromkeys(re.findall(r"[A-G]\d\d", name)):
            tests[label].append((place, passed))
    return tests


def labels(text):
    """The labels a name begins with, "" if there are none."""
    match = LABELS.match(text)
    return match.group() if match else ""


def go_tests():
    with open(REPORTS / "go.json", encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines]
    module = run_quietly("go", "list", "-m") + "/"
    attributes = {(e["Package"], e["Test"]): e["Value"] for e in events if e["Action"] == "attr" and e["Key"] == "attack"}
    for event in events:
        if event["Action"] not in ("pass", "fail", "skip") or "Test" not in event:
            continue
        test = event["Package"], event["Test"]
        name = " ".join(filter(None, [attributes.get(test, ""), *map(labels, event["Test"].split("/"))]))
        yield name, f"{test[0].removeprefix(module)} {test[1].split('/')[0]}", event["Action"] == "pass"


def vitest_tests():
    for file in json.loads((REPORTS / "vitest.json").read_text(encoding="utf-8"))["testResults"]:
        for test in file["assertionResults"]:
            name = " ".join(map(labels, [*test["ancestorTitles"], test["title"]]))
            yield name, "js/test/" + os.path.basename(file["name"]), test["status"] == "passed"


def playwright_tests():
    def walk(suite):
        for spec in suite.get("specs", []):
            yield labels(spec["title"]), "js/e2e/" + os.path.basename(spec["file"]), spec["ok"]
        for inner in suite.get("suites", []):
            yield from walk(inner)

    for suite in json.loads((REPORTS / "playwright.json").read_text(encoding="utf-8"))["suites"]:
        yield from walk(suite)


def run_suites():
    """Runs the suites, in the browser only the tests that have a row; returns the names of those that failed."""
    env = prepare()
    failed = []
    for name, folder, command in SUITES:
        print(f"== {name}", flush=True)
        only = ["--", "--grep", r"\b[A-G]\d\d\b"] if folder == JS and "e2e" in command else []
        if subprocess.run([str(c) for c in [*command, *only]], cwd=folder, env=env).returncode:
            failed.append(name)
    return failed


def run_quietly(*command):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.exit(1)  # piped into head
    except (Failure, OSError) as failure:
        print(f"attacks: {failure}", file=sys.stderr)
        sys.exit(1)
