"""The part of the canary run that has no browser: nbclient executes a notebook whose session signs in while it runs.

usage: headless.py NOTEBOOK REDIRECT_URI MESSAGES. Prints the address of the sign-in, as JSON, and reads the sealed
answer, both one line. Writes the executed notebook beside NOTEBOOK, with the suffix -executed, and every message to
and from the kernel to MESSAGES. The last cell ends the kernel.
"""

import asyncio
import json
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

LIMIT = 30  # seconds for any one answer


def main():
    notebook, redirect_uri, messages = sys.argv[1:]
    book = nbformat.read(notebook, as_version=4)
    with open(messages, "w", encoding="utf-8") as record:
        asyncio.run(execute(book, redirect_uri, record))
    nbformat.write(book, Path(notebook).with_stem(Path(notebook).stem + "-executed"))


async def execute(book, redirect_uri, record):
    client = NotebookClient(book, timeout=LIMIT, kernel_name="ipyauth", allow_errors=True)
    *cells, crash = book.cells
    async with client.async_setup_kernel():
        note_messages(client.kc.session, record)
        for index, cell in enumerate(cells):
            await client.async_execute_cell(cell, index)
            if index == 0:
                await sign_in(client, cell, redirect_uri)
        client.set_widgets_metadata()
        await ask(client.kc)
        client.kc.execute(crash.source)
        while await client.km.is_alive():
            await asyncio.sleep(0.05)


def note_messages(session, record):
    """Writes whatever goes through the session, from now on."""
    serialize, deserialize = session.serialize, session.deserialize

    def sent(message, *args, **kwargs):
        print(message, file=record)
        return serialize(message, *args, **kwargs)

    def received(frames, *args, **kwargs):
        print([bytes(getattr(frame, "buffer", frame)) for frame in frames], file=record)
        return deserialize(frames, *args, **kwargs)

    session.serialize, session.deserialize = sent, received


async def ask(kc):
    """What a front end asks of a kernel besides running cells."""
    asked = [kc.complete("a.", 2), kc.inspect("a", 1, 1), kc.inspect("params", 6, 1), kc.inspect("token", 5, 1),
             kc.complete("token.", 6), kc.kernel_info(), kc.comm_info(),
             kc.history(hist_access_type="tail", n=50), kc.is_complete("a"),
             kc.execute("a", user_expressions={"session": "a", "params": "params", "all": "*a", "token": "*token"})]
    waiting = set(asked)
    while waiting:
        reply = await kc.get_shell_msg(timeout=LIMIT)
        waiting.discard(reply["parent_header"].get("msg_id"))


async def sign_in(client, cell, redirect_uri):
    """Plays the widget: asks for the address, lets somebody go there, passes on the answer, asks for the details."""
    view = cell.outputs[0].data["application/vnd.jupyter.widget-view+json"]["model_id"]

    def tell(content):
        data = {"comm_id": view, "data": {"method": "custom", "content": content}}
        client.kc.shell_channel.send(client.kc.session.msg("comm_msg", data))

    async def heard(wanted):
        while True:
            message = await client.kc.get_iopub_msg(timeout=LIMIT)
            if message["msg_type"].startswith("comm_"):
                client.handle_comm_msg(cell.outputs, message, 0)
            data = message["content"].get("data", {})
            if wanted in (data.get("content", {}).get("type"), data.get("state", {}).get("status")):
                return data.get("content")

    click = {"view": "view", "click": "click", "redirect_uri": redirect_uri, "secure": True}
    tell({"type": "hello", "view": "view", "origin": redirect_uri, "base_url": "/", "secure": True})
    tell({"type": "begin", **click})
    print(json.dumps(await heard("authorize")), flush=True)
    envelope = json.loads(sys.stdin.readline())
    foreign = {**envelope, "id": "A" * 16}  # ignored, but for a line in the kernel's log
    for envelope in foreign, envelope, envelope:
        tell({"type": "callback", "via": "paste", "envelope": envelope})
    await heard("signed_in")
    tell({"type": "inspect", "view": "view"})
    await heard("details")


if __name__ == "__main__":
    main()
