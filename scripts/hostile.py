"""make hostile: everything a peer or a cell can do to the kernel, and is it still there after?

    python3 scripts/hostile.py [--short] [--seed N] [--seconds S] [--connections N]

Starts the installed kernel, attacks its five ports and its cells, and after each kind of
attack asks it something as another client and looks whether its file descriptors, threads
and goroutines are back where they were. Ends with a table, the number of connections
tried and of kernel deaths, and "N passed, N failed". Loopback only.
"""

import os
import sys

from workplace import BIN, ROOT, Failure, build, environment, install


def main():
    if "-h" in sys.argv or "--help" in sys.argv:
        print(__doc__)
        return 0
    if sys.platform != "linux":
        print("hostile: skipped, for it reads /proc and so needs Linux")
        return 0
    home = environment("requirements-test.txt")
    build()
    install(home)
    sys.stdout.flush()
    # From here on pyzmq is needed, so the environment's Python takes over.
    python = home / BIN / "python"
    kernels = os.pathsep.join(filter(None, (str(home / "share" / "jupyter"), os.environ.get("JUPYTER_PATH"))))
    env = dict(os.environ, PYTHONPATH=str(ROOT / "scripts"), JUPYTER_PATH=kernels)
    os.execve(python, [str(python), "-B", "-m", "hostile", *sys.argv[1:]], env)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"hostile: {failure}\n0 passed, 1 failed", file=sys.stderr)
        sys.exit(1)
