"""What the scripts share: the virtual environment, the binary, free ports, child processes.

Everything they make is in .cache/ of the checkout (make clean removes it). Needs Python
3.10 or newer and nothing else.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
BINARY = ROOT / "bin" / ("ipyauth.exe" if os.name == "nt" else "ipyauth")
BIN = "Scripts" if os.name == "nt" else "bin"


class Failure(Exception):
    """What went wrong, and the one thing to do about it."""


@contextlib.contextmanager
def step(text):
    """Shows that something long is under way, and then how long it took."""
    print(f"  {text} …", flush=True)
    start = time.monotonic()
    yield
    print(f"  {text}: {time.monotonic() - start:.1f} s", flush=True)


def run(*command, quiet=True, **options):
    """Runs a command to its end; its output is shown only if it fails."""
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} if quiet else {}
    result = subprocess.run([str(c) for c in command], cwd=options.pop("cwd", ROOT), **output, **options)
    if result.returncode != 0:
        if quiet:
            print(result.stdout, file=sys.stderr)
        raise Failure(f"`{' '.join(str(c) for c in command)}` ended with status {result.returncode}.")
    return result.stdout if quiet else ""


def environment(requirements):
    """Returns a virtual environment with these requirements; makes it once."""
    if sys.version_info < (3, 10):
        raise Failure(f"Python 3.10 or newer is needed, this is {sys.version.split()[0]}. Set PYTHON=python3.x.")
    files = [ROOT / "scripts" / name for name in ("requirements.txt", requirements)]
    wanted = hashlib.sha256(b"".join(f.read_bytes() for f in files) + sys.version.encode()).hexdigest()
    home = CACHE / ("venv-" + Path(requirements).stem)
    stamp = home / "complete"
    if stamp.exists() and stamp.read_text() == wanted:
        return home
    shutil.rmtree(home, ignore_errors=True)
    with step(f"virtual environment {home.relative_to(ROOT)} ({requirements})"):
        run(sys.executable, "-m", "venv", home)
        pip = [home / BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run(*pip, "-r", ROOT / "scripts" / requirements)
    stamp.write_text(wanted)
    return home


def build():
    """Builds the binary. Go's own cache makes a second build quick."""
    if shutil.which("go") is None:
        raise Failure("Go is needed to build ipyauth and is not on PATH. Install Go 1.26 or newer.")
    first = not BINARY.exists()
    with step("binary bin/ipyauth" + (" (the first build takes a minute or two)" if first else "")):
        run("go", "build", "-o", BINARY, "./cmd/ipyauth")


def install(home):
    """Installs the kernel and the callback page into a virtual environment."""
    with step("kernel and callback page"):
        run(BINARY, "install", "--prefix", home, "--python", home / BIN / "python")


def chromium(install_missing):
    """Returns the path of a Chromium; installs one if asked to."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found or not install_missing:
        return found
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        with step("Chromium, from Debian's packages"):
            run("apt-get", "update", "-qq")
            run("apt-get", "install", "-qq", "--no-install-recommends", "chromium")
        return shutil.which("chromium")
    with step("Chromium, by playwright"):
        run("npx", "playwright-core", "install", "chromium", cwd=ROOT / "js")
    path = "import('playwright-core').then(p => process.stdout.write(p.chromium.executablePath()))"
    return run("node", "-e", path, cwd=ROOT / "js")


def front_end_tools():
    """Installs the locked npm packages that build and test the JavaScript; once."""
    if shutil.which("npm") is None:
        raise Failure("Node.js is needed to test the front end and is not on PATH. Install Node 20 or newer.")
    lock = (ROOT / "js" / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock).hexdigest()
    stamp = ROOT / "js" / "node_modules" / ".complete"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with step("npm packages of js/"):
        run("npm", "ci", "--no-audit", "--no-fund", cwd=ROOT / "js")
    stamp.write_text(wanted)


def free_port(preferred):
    """Returns the preferred port of 127.0.0.1 if it is free, else another."""
    for port in (preferred, 0):
        with socket.socket() as s:
            if os.name != "nt":
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                s.bind(("127.0.0.1", port))
                return s.getsockname()[1]
    raise Failure("No free port on 127.0.0.1.")


class Children:
    """Child processes that all end with this one: by Ctrl-C, SIGTERM, an error, or the end."""

    def __init__(self):
        self.processes = []
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    def start(self, *command, **options):
        # A session of its own: a Ctrl-C in the terminal reaches this process only,
        # which then ends its children in order.
        child = subprocess.Popen([str(c) for c in command], start_new_session=True, stdin=subprocess.DEVNULL, **options)
        self.processes.append(child)
        return child

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in reversed(self.processes):
            if child.poll() is None:
                child.terminate()
        for child in reversed(self.processes):
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
