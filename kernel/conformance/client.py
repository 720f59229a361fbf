"""What the checks share: a kernel, its client, and waits that end."""

import inspect
import os
import queue
import signal
import time
import unittest

from jupyter_client.manager import start_new_kernel
from jupyter_client.utils import run_sync

KERNEL = os.environ.get("KERNEL_NAME", "ipyauth")
TIMEOUT = 15  # seconds for one message
LIMIT = 60  # and for one test


class Limited(unittest.TestCase):
    """A test that cannot hang."""

    def setUp(self):
        def late(*_):
            raise AssertionError(f"the test took more than {LIMIT} s")

        signal.signal(signal.SIGALRM, late)
        signal.alarm(LIMIT)
        self.addCleanup(signal.alarm, 0)


def receive(channel, timeout=TIMEOUT):
    """The next message of a channel; those of some channels have a coroutine for it."""
    get = channel.get_msg
    return (run_sync(get) if inspect.iscoroutinefunction(get) else get)(timeout=timeout)


class Case(Limited):
    """A class of tests with one kernel."""

    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = start_new_kernel(kernel_name=KERNEL)

    @classmethod
    def tearDownClass(cls):
        cls.kc.stop_channels()
        cls.km.shutdown_kernel(now=True)

    def send(self, msg_type, content, channel="shell"):
        """Sends a message and returns its id."""
        msg = self.kc.session.msg(msg_type, content)
        getattr(self.kc, channel + "_channel").send(msg)
        return msg["header"]["msg_id"]

    def reply(self, msg_id, channel="shell"):
        """Waits for the answer to a message."""
        while True:
            try:
                msg = receive(getattr(self.kc, channel + "_channel"))
            except queue.Empty:
                self.fail(f"no reply on {channel} within {TIMEOUT} s")
            if msg["parent_header"].get("msg_id") == msg_id:
                return msg

    def ask(self, msg_type, content, channel="shell"):
        """Sends a request; returns the content of its reply."""
        return self.reply(self.send(msg_type, content, channel), channel)["content"]

    def published(self, msg_id, until=lambda m: m["content"].get("execution_state") == "idle"):
        """What IOPub has because of a message, up to its idle."""
        seen = []
        while not seen or not until(seen[-1]):
            try:
                msg = receive(self.kc.iopub_channel)
            except queue.Empty:
                self.fail(f"waited {TIMEOUT} s, after {[m['msg_type'] for m in seen]}")
            if msg["parent_header"].get("msg_id") == msg_id:
                seen.append(msg)
        return seen

    def run_cell(self, code, **more):
        """Runs a cell; returns the content of its reply and what was published."""
        msg_id = self.send("execute_request", {"code": code, "allow_stdin": False, **more})
        return self.reply(msg_id)["content"], self.published(msg_id)

    def value(self, code):
        """Runs a cell and returns its value as text."""
        reply, messages = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", reply)
        return only(messages, "execute_result")["data"]["text/plain"]

    def works(self):
        """The kernel still runs, and answers."""
        self.assertTrue(self.km.is_alive(), "the kernel is gone")
        self.assertEqual(self.value("1+1"), "2")

    def wait_for_end(self, km):
        end = time.monotonic() + TIMEOUT
        while km.is_alive():
            self.assertLess(time.monotonic(), end, "the process still runs")
            time.sleep(0.05)


def only(messages, msg_type):
    """The content of the one message of this type."""
    found = [m["content"] for m in messages if m["msg_type"] == msg_type]
    assert len(found) == 1, f"{len(found)} messages {msg_type} in {[m['msg_type'] for m in messages]}"
    return found[0]


def text(messages, name="stdout"):
    """What was printed."""
    return "".join(m["content"]["text"] for m in messages
                   if m["msg_type"] == "stream" and m["content"]["name"] == name)
