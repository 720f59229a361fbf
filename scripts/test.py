"""make test: every test of the project, from a bare checkout.

Runs all stages, whatever fails before, and ends with a line "N passed, N failed".
"""

import os
import signal
import subprocess
import sys
import time

from workplace import BIN, ROOT, Failure, build, chromium, environment, front_end_tools, install

# The packages with goroutines of their own: a race there would be a lost or doubled token.
RACE = ["./internal/zmtp/...", "./internal/jupyter/...", "./internal/anywidget/...", "./internal/flow/...",
        "./internal/idtoken/...", "./internal/seal/...", "./kernel/...", "./widget/..."]


def main():
    print("Setting up", flush=True)
    # The browser tests run in a Jupyter with the kernel, the tests of the installation
    # start from one without it.
    home, clean = environment("requirements-test.txt"), environment("requirements-clean.txt")
    front_end_tools()
    browser = chromium(install_missing=True)
    if not browser:
        raise Failure("The browser test needs a Chromium. Install one, or set CHROMIUM to its path.")
    build()
    install(home)
    python, jupyter = clean / BIN / "python", home / BIN / "python"
    env = dict(os.environ, CHROMIUM=browser, IPYAUTH_TEST_PYTHON=str(python), IPYAUTH_JUPYTER_PYTHON=str(jupyter))
    js = ROOT / "js"
    stages = [
        ("go vet", ROOT, ["go", "vet", "./..."]),
        ("go vet for macOS and Windows", ROOT, ["bash", "scripts/cross.sh"]),
        ("go test", ROOT, ["go", "test", "./..."]),
        ("go test -race", ROOT, ["go", "test", "-race", *RACE]),
        ("front end: types and style", js, ["npm", "run", "--silent", "check"]),
        ("front end: unit tests", js, ["npm", "run", "--silent", "test"]),
        ("front end: dist is built from its sources", js, ["npm", "run", "--silent", "check-dist"]),
        ("kernel conformance", ROOT, [jupyter, "kernel/conformance/suite.py"]),
        ("hostile run, short", ROOT, [sys.executable, "scripts/hostile.py", "--short", "--seed", "1"]),
        ("browser: JupyterLab and Chromium", js, ["npm", "run", "--silent", "e2e"]),
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
