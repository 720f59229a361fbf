"""make bench: how fast the kernel is, side by side with others and with two floors.

    python3 scripts/bench.py [--quick] [--rounds N] [--json FILE] [--long] [--cells N]

Every kernel starts once per round, a share of every measurement is taken from it, and it
stops; so slow phases of a shared machine hit all alike. Compare only figures of one run.

floor-echo sends every message back as it came, in C: what client and sockets cost.
floor-null is a whole kernel that executes nothing: one Python thread, constant messages.
"""

import os
import sys

from workplace import BIN, ROOT, Failure, build, environment, install


def main():
    if "-h" in sys.argv or "--help" in sys.argv:
        print(__doc__)
        return 0
    home = environment("requirements-test.txt")
    build()
    install(home)
    sys.stdout.flush()
    # From here on jupyter_client is needed, so the environment's Python takes over.
    python = home / BIN / "python"
    kernels = os.pathsep.join(filter(None, (str(home / "share" / "jupyter"), os.environ.get("JUPYTER_PATH"))))
    env = dict(os.environ, PYTHONPATH=str(ROOT / "scripts"), JUPYTER_PATH=kernels)
    os.execve(python, [str(python), "-B", "-m", "bench", *sys.argv[1:]], env)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        sys.exit(1)
