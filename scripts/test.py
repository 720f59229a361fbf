"""make test: every test of the project, from a bare checkout.

Runs all stages, whatever fails before, and ends with a line "N passed, N failed".
"""

import signal
import subprocess
import sys
import time

from suites import JS, SUITES, prepare
from workplace import ROOT, Failure

# The packages with goroutines of their own: a race there would be a lost or doubled token.
RACE = ["./internal/zmtp/...", "./internal/jupyter/...", "./internal/anywidget/...", "./internal/flow/...",
        "./internal/idtoken/...", "./internal/seal/...", "./kernel/...", "./widget/...",
        # The engine's memory is typed by hand: the detector's build also checks pointers.
        "./internal/engine", "./internal/engine/gosuite", "./internal/engine/native", "./internal/engine/rtype", "./internal/engine/typemap"]


def main():
    print("Setting up", flush=True)
    env = prepare()
    go, unit, browser = SUITES
    stages = [
        ("go vet", ROOT, ["go", "vet", "./..."]),
        ("go vet for macOS and Windows", ROOT, ["bash", "scripts/cross.sh"]),
        go,
        ("go test -race", ROOT, ["go", "test", "-race", *RACE]),
        ("front end: types and style", JS, ["npm", "run", "--silent", "check"]),
        unit,
        ("Go's own programs, two minutes of them", ROOT, ["bash", "scripts/go_suite.sh", "sample"]),
        ("front end: dist is built from its sources", JS, ["npm", "run", "--silent", "check-dist"]),
        ("kernel conformance", ROOT, [env["IPYAUTH_JUPYTER_PYTHON"], "kernel/conformance/suite.py"]),
        ("hostile run, short", ROOT, [sys.executable, "scripts/hostile.py", "--short", "--seed", "1"]),
        browser,
        ("attacks: every row has a test that passed", ROOT, [sys.executable, "scripts/attacks.py", "--read"]),
    ]
    failed = [name for name, folder, command in stages if not passes(name, folder, command, env)]
    for name in failed:
        print(f"FAILED: {name}")
    print(f"{len(stages) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def passes(name, folder, command, env):
    print(f"\n== {name}", flush=True)
    start = time.monotonic()
    status = subprocess.run([str(c) for c in command], cwd=folder, env=env).returncode
    print(f"== {name}: {'passed' if status == 0 else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
    return status == 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"test: {failure}\n0 passed, 1 failed", file=sys.stderr)
        sys.exit(1)
