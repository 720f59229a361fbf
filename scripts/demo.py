"""make demo: the whole of ipyauth on this machine, with a demo identity provider.

Builds the binary, makes a virtual environment with JupyterLab, installs the kernel and
the callback page into it, starts the provider and opens the demo notebook. Ctrl-C stops
everything. With --check a headless browser plays the person, and the exit status tells.
"""

import argparse
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

from workplace import (BIN, BINARY, ROOT, Children, Failure, build, chromium, environment, free_port, front_end_tools,
                       install, run, step)

WORK = ROOT / ".demo"
PROVIDER_PORT, JUPYTER_PORT = 9471, 8888


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="drive the demo with a headless browser, then end")
    arguments.add_argument("--screenshots", action="store_true", help="take the pictures of README, then end")
    arguments.add_argument("--no-browser", action="store_true", help="do not open the notebook in a browser")
    options = arguments.parse_args()
    start = time.monotonic()
    print("Setting up", flush=True)
    home = environment("requirements.txt")
    build()
    install(home)
    script = "demo-check.mjs" if options.check else "screenshots.mjs" if options.screenshots else None
    if script:
        front_end_tools()
    with Children() as children:
        issuer = start_provider(children)
        prepare_folder(issuer)
        url, token = start_jupyter(children, home, browser=not (script or options.no_browser))
        print(f"\nReady after {time.monotonic() - start:.1f} s")
        print(f"  identity provider   {issuer}   (any name and password; never a real one)")
        print(f"  JupyterLab          {url}lab/tree/notebooks/demo.ipynb?token={token}")
        if script:
            drive(script, url, token)
            return
        print("\nCtrl-C stops both.", flush=True)
        wait(children)


def start_provider(children):
    port = free_port(PROVIDER_PORT)
    with step("demo identity provider"):
        provider = children.start(BINARY, "provider", "--addr", f"127.0.0.1:{port}", stdout=subprocess.PIPE, text=True)
        issuer = provider.stdout.readline().strip()
        if not issuer.startswith("http"):
            raise Failure("The demo identity provider did not start; its message is above.")
    return issuer


def prepare_folder(issuer):
    """Copies notebooks and dotenv files to .demo/, where runs and edits leave the checkout clean."""
    for folder in ("notebooks", "dotenv-examples"):
        (WORK / folder).mkdir(parents=True, exist_ok=True)
        for file in (f for f in (ROOT / folder).iterdir() if f.suffix in (".ipynb", ".env")):
            text = file.read_text(encoding="utf-8")
            port = issuer.rpartition(":")[2]
            (WORK / folder / file.name).write_text(text.replace(f":{PROVIDER_PORT}", f":{port}"), encoding="utf-8")


def start_jupyter(children, home, browser):
    """Starts JupyterLab with settings of its own, apart from the user's, and waits until it answers."""
    settings = home / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(
        '{"@jupyterlab/apputils-extension:notification": {"checkForUpdates": false, "fetchNews": "false"}}\n')
    port, token = free_port(JUPYTER_PORT), secrets.token_urlsafe(24)
    env = dict(os.environ, JUPYTER_TOKEN=token, PATH=f"{home / BIN}{os.pathsep}{os.environ['PATH']}")
    for name in ("config", "data", "runtime"):
        env[f"JUPYTER_{name.upper()}_DIR"] = str(WORK / "jupyter" / name)
    command = [home / BIN / "jupyter", "lab", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
               f"--ServerApp.root_dir={WORK}", "--LabApp.default_url=/lab/tree/notebooks/demo.ipynb",
               "--LabApp.expose_app_in_browser=True"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    if not browser:
        command.append("--no-browser")
    url, log = f"http://localhost:{port}/", WORK / "jupyter.log"
    with step("JupyterLab"), open(log, "w") as out:
        server = children.start(*command, env=env, stdout=out, stderr=out)
        deadline = time.monotonic() + 60
        while not answers(url):
            if server.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"JupyterLab did not start. Its log is {log.relative_to(ROOT)}:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
    return url, token


def answers(url):
    with contextlib.suppress(OSError):
        return urllib.request.urlopen(url + "callback/", timeout=2).status == 200
    return False


def drive(script, url, token):
    """Runs a script of js/e2e that plays the person in a headless browser."""
    browser = chromium(install_missing=True)
    if not browser:
        raise Failure("This needs a Chromium. Install one, or set CHROMIUM to its path.")
    print("\nDriving a headless browser", flush=True)
    env = dict(os.environ, CHROMIUM=browser, DEMO_URL=url, DEMO_TOKEN=token)
    run(shutil.which("node"), f"e2e/{script}", quiet=False, cwd=ROOT / "js", env=env, timeout=180)


def wait(children):
    """Waits for Ctrl-C, or for a server to end by itself, which is an error."""
    while all(child.poll() is None for child in children.processes):
        time.sleep(0.3)
    raise Failure("A server ended by itself; see .demo/jupyter.log.")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"\ndemo: {failure}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("\nStopped.")
