"""The two floors: what a kernel cannot be faster than, and the least that a kernel does."""

import hashlib
import hmac
import json
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import zmq

from bench.snippets import STREAM_TEXT

ECHO, NULL = "floor-echo", "floor-null"


def install(folder):
    """Writes the floors' kernelspecs; returns how floor-echo is made."""
    exe, how = compile_echo(folder)
    module = [sys.executable, "-B", "-m", "bench.floors"]
    argv = {ECHO: [exe] if exe else [*module, "echo"], NULL: [*module, "null"]}
    for name, command in argv.items():
        spec = Path(folder) / "kernels" / name
        spec.mkdir(parents=True)
        (spec / "kernel.json").write_text(json.dumps({
            "argv": [*command, "{connection_file}"], "display_name": name, "language": "null",
            "interrupt_mode": "message"}))
    return how


def compile_echo(folder):
    """Builds the echo against the libzmq inside pyzmq, so that client and floor share it."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    libraries = sorted(Path(zmq.__file__).parent.parent.glob("pyzmq.libs/libzmq*"))
    if not compiler or not libraries:
        return None, "Python (no C compiler)"
    exe = str(Path(folder) / "echo")
    result = subprocess.run(
        [compiler, "-O2", "-o", exe, Path(__file__).with_name("echo.c"), libraries[0],
         f"-Wl,-rpath,{libraries[0].parent}", "-Wl,--allow-shlib-undefined"], capture_output=True, text=True)
    if result.returncode != 0:
        return None, "Python (echo.c does not link here)"
    return exe, f"C, libzmq {zmq.zmq_version()}"


def bind(connection_file, kinds):
    info = json.loads(Path(connection_file).read_text())
    context, sockets = zmq.Context(), {}
    for name, kind in kinds.items():
        sockets[name] = context.socket(kind)
        sockets[name].bind(f"tcp://{info['ip']}:{info[name + '_port']}")
    return info, sockets


def echo(connection_file):
    _, sockets = bind(connection_file, dict.fromkeys(("shell", "control", "hb", "stdin"), zmq.ROUTER))
    poller = zmq.Poller()
    for s in sockets.values():
        poller.register(s, zmq.POLLIN)
    while True:
        for s, _ in poller.poll():
            s.send_multipart(s.recv_multipart())


class Null:
    """A kernel whose messages are constant text, but for their header and signature."""

    OK = b'{"status":"ok","execution_count":1,"payload":[],"user_expressions":{}}'
    REPLIES = {
        "complete_request": b'{"status":"ok","matches":["x.yz"],"cursor_start":0,"cursor_end":3,"metadata":{}}',
        "kernel_info_request": json.dumps({
            "status": "ok", "protocol_version": "5.4", "implementation": "null", "implementation_version": "0",
            "banner": "", "help_links": [], "language_info": {
                "name": "null", "version": "0", "mimetype": "text/plain", "file_extension": ".txt"}}).encode(),
        "interrupt_request": b'{"status":"ok"}',
        "shutdown_request": b'{"status":"ok","restart":false}',
    }

    def __init__(self, connection_file):
        info, self.sockets = bind(connection_file, {
            "shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "hb": zmq.REP, "iopub": zmq.PUB})
        self.mac = hmac.new(info["key"].encode(), digestmod=hashlib.sha256)
        self.session, self.serial, self.count = uuid.uuid4().hex, 0, 0
        self.waiting = []  # cells that "run": (when they end, None: when interrupted), socket, identities, parent
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def send(self, socket, identities, msg_type, parent, content):
        self.serial += 1
        header = (f'{{"msg_id":"{self.session}_{self.serial}","msg_type":"{msg_type}","session":"{self.session}",'
                  '"username":"k","date":"2026-01-01T00:00:00.000000Z","version":"5.4"}').encode()
        parts, mac = [header, parent, b"{}", content], self.mac.copy()
        for part in parts:
            mac.update(part)
        socket.send_multipart([*identities, b"<IDS|MSG>", mac.hexdigest().encode(), *parts])

    def publish(self, msg_type, parent, content):
        self.send(self.sockets["iopub"], [msg_type.encode()], msg_type, parent, content)

    def status(self, parent, state):
        self.publish("status", parent, b'{"execution_state":"%s"}' % state)

    def run(self):
        poller = zmq.Poller()
        for name in ("shell", "control", "hb"):
            poller.register(self.sockets[name], zmq.POLLIN)
        ended = False
        while not ended:
            ready = poller.poll(20 if self.waiting else None)
            self.end_cells(lambda until: until is not None and until <= time.monotonic(), self.OK)
            for socket, _ in ready:
                frames = socket.recv_multipart()
                if socket is self.sockets["hb"]:
                    socket.send_multipart(frames)
                else:
                    ended = self.serve(socket, frames) or ended
        time.sleep(0.05)

    def end_cells(self, due, reply):
        for cell in [c for c in self.waiting if due(c[0])]:
            self.waiting.remove(cell)
            self.send(cell[1], cell[2], "execute_reply", cell[3], reply)
            self.status(cell[3], b"idle")

    def serve(self, socket, frames):
        at = frames.index(b"<IDS|MSG>")
        identities, parent, content = frames[:at], frames[at + 2], frames[at + 5]
        kind = json.loads(parent)["msg_type"]
        self.status(parent, b"busy")
        if kind == "execute_request":
            if not self.execute(socket, identities, parent, json.loads(content)["code"]):
                return False  # it "runs"; idle comes later
        elif kind in ("comm_open", "comm_msg"):
            comm = json.loads(content)
            self.publish("comm_msg", parent, json.dumps({"comm_id": comm["comm_id"], "data": comm["data"]}).encode())
        elif kind in self.REPLIES:
            self.send(socket, identities, kind.replace("_request", "_reply"), parent, self.REPLIES[kind])
        if kind == "interrupt_request":
            self.end_cells(lambda until: True, b'{"status":"error","ename":"I","evalue":"","traceback":[]}')
        self.status(parent, b"idle")
        return kind == "shutdown_request"

    def execute(self, socket, identities, parent, code):
        self.count += 1
        self.publish("execute_input", parent, json.dumps({"code": code, "execution_count": self.count}).encode())
        if code in ("loop", "busy"):
            self.waiting.append((time.monotonic() + 1.5 if code == "busy" else None, socket, identities, parent))
            return False
        if code == "stream":
            for i in range(0, len(STREAM_TEXT), 65536):
                self.publish("stream", parent, json.dumps(
                    {"name": "stdout", "text": STREAM_TEXT[i:i + 65536]}).encode())
        elif code == "1+1":
            self.publish("execute_result", parent, b'{"execution_count":1,"data":{"text/plain":"2"},"metadata":{}}')
        self.send(socket, identities, "execute_reply", parent, self.OK)
        return True


if __name__ == "__main__":
    Null(sys.argv[2]).run() if sys.argv[1] == "null" else echo(sys.argv[2])
