"""What each language is given to run."""

from dataclasses import dataclass, replace

LINES = 10_000
STREAM_TEXT = "".join(f"line {i}\n" for i in range(LINES))


@dataclass
class Snippets:
    imports: str  # the first cell
    expression: str
    stream: str  # prints STREAM_TEXT
    loop: str  # until interrupted
    busy: str  # computes for 1.5 s
    complete: str  # the cursor is at its end
    # The comm that is asked: its target, the data sent to it, the cell that makes it possible.
    # Either the client opens the comm, or that cell has done it.
    target: str = ""
    data: dict | None = None
    prepare: str = ""
    opened: bool = False


GO = Snippets(
    imports='import ("fmt"; "encoding/json"; "net/http")',
    expression="1+1",
    stream=f'for i := 0; i < {LINES}; i++ {{ fmt.Println("line", i) }}',
    loop="for { }",
    busy='import "time"\nfor end := time.Now().Add(1500 * time.Millisecond); time.Now().Before(end); { }',
    complete="http.StatusT",
)

# The question is the one that a sign-in widget asks when it is drawn.
IPYAUTH = replace(
    GO,
    target="jupyter.widget",
    data={"method": "custom", "content": {
        "type": "hello", "view": "v", "origin": "http://127.0.0.1:8888", "base_url": "/", "secure": True}},
    prepare='import "ipyauth"\nipyauth.NewAuth(ipyauth.ParamsOIDC{Issuer: "http://127.0.0.1:9", ClientID: "bench"})',
    opened=True,
)

# gonb compiles each cell: statements stand behind %%, imports are repeated.
GONB = Snippets(
    imports='import ("fmt"; "encoding/json"; "net/http")\n%%\nfmt.Sprint(json.Valid(nil), http.StatusOK)',
    expression="%%\n_ = 1+1",
    stream=f'import "fmt"\n%%\nfor i := 0; i < {LINES}; i++ {{ fmt.Println("line", i) }}',
    loop="%%\nfor { }",
    busy='import "time"\n%%\nfor end := time.Now().Add(1500 * time.Millisecond); time.Now().Before(end); { }',
    complete='import "net/http"\n%%\nhttp.StatusT',
)

PYTHON = Snippets(
    imports="import json, http.client, time",
    expression="1+1",
    stream=f'for i in range({LINES}): print("line", i)',
    loop="while True: pass",
    busy="end = time.monotonic() + 1.5\nwhile time.monotonic() < end: pass",
    complete="http.client.HTTPC",
    target="bench",
    data={"x": 1},
    prepare="""
def _opened(comm, message):
    comm.on_msg(lambda m: comm.send(m["content"]["data"]))
get_ipython().kernel.comm_manager.register_target("bench", _opened)
""",
)

NULL = Snippets(imports="0", expression="1+1", stream="stream", loop="loop", busy="busy", complete="x.y",
                target="bench", data={"x": 1})


def of(info):
    """The snippets for a kernel, by its kernel_info_reply."""
    implementation = info.get("implementation", "")
    if implementation in ("ipyauth", "gonb"):
        return IPYAUTH if implementation == "ipyauth" else GONB
    return {"go": GO, "python": PYTHON}.get(info.get("language_info", {}).get("name", "").lower(), NULL)
