"""The suites whose tests carry rows of docs/attacks.md, and what they need to run."""

import os
import sys

from workplace import BIN, CACHE, ROOT, Failure, build, chromium, environment, front_end_tools, install

JS = ROOT / "js"
REPORTS = CACHE / "reports"  # where each of them writes what passed: go.json, vitest.json, playwright.json
SUITES = [  # name, folder, command
    ("go test", ROOT, [sys.executable, "scripts/go_test.py", REPORTS / "go.json", "./..."]),
    ("front end: unit tests", JS, ["npm", "run", "--silent", "test"]),
    ("browser: JupyterLab and Chromium", JS, ["npm", "run", "--silent", "e2e"]),
]


def prepare():
    """Sets up what the suites need and returns their environment."""
    # The browser tests run in a Jupyter with the kernel, the tests of the installation
    # start from one without it.
    home, clean = environment("requirements-test.txt"), environment("requirements-clean.txt")
    front_end_tools()
    browser = chromium(install_missing=True)
    if not browser:
        raise Failure("The browser test needs a Chromium. Install one, or set CHROMIUM to its path.")
    build()
    install(home)
    for report in REPORTS.glob("*.json"):
        report.unlink()  # a suite that breaks down writes none: the one before must not stand for it
    return dict(os.environ, CHROMIUM=browser, IPYAUTH_TEST_PYTHON=str(clean / BIN / "python"),
                IPYAUTH_JUPYTER_PYTHON=str(home / BIN / "python"))
