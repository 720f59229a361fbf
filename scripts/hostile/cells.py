"""Attacks by who has the notebook: cells that would end or block a careless kernel.

Each attack is a cell and a check, which returns what to note about it or raises Harm.
"""

import time

from hostile.victim import Harm

# What the kernel says of a cell that it cannot interrupt must name the way out.
WAY_OUT = "restart"


def fails(victim, code):
    """The cell gets an error reply, and its variables live on."""
    with victim.client() as c:
        c.run("kept := 7")
        reply = c.run(code, limit=20).reply
        if reply["status"] != "error":
            raise Harm(f"status {reply['status']}, not an error")
        if c.run("kept").value() != "7":
            raise Harm("variables are lost")
    return "error: " + shorten(reply["evalue"])


def survives(victim, code):
    """Whatever the cell is told, the kernel prints and serves on."""
    with victim.client() as c:
        reply = c.run(code, limit=20).reply
        after = c.run('fmt.Println("still", "here")')
        if "still here\n" not in after.text():
            raise Harm("what later cells print is lost")
    return reply["status"] + (": " + shorten(reply["evalue"]) if reply["status"] == "error" else "")


def ends(victim, code):
    """What no kernel can survive whose cells run in its own process; the README names it. Noted, not judged."""
    with victim.client() as c:
        c.send("shell", "execute_request", {"code": code})
        if not victim.ended(limit=20):
            return "survived"
    reason = victim.last_words()
    victim.replace()
    return f"ends the kernel: {reason}"


def stopped(victim, code, again=False):
    """An interrupt is answered within a second: the cell ends, or a sentence says what to do."""
    with victim.client() as c:
        msg_id = c.send("shell", "execute_request", {"code": code})
        time.sleep(0.3)
        start = time.monotonic()
        c.send("control", "interrupt_request", {})
        said = ""
        for channel, msg_type, parent, content in c.messages(start + 1):
            if again and parent != msg_id and content.get("execution_state") == "idle":
                c.send("control", "interrupt_request", {})
            if parent == msg_id and msg_type == "execute_reply":
                took = time.monotonic() - start
                if content["status"] != "error":
                    raise Harm(f"status {content['status']}")
                return f"interrupted after {took * 1000:.0f} ms"
            if msg_type in ("stream", "error"):
                said += content.get("text", "") + content.get("evalue", "")
        if WAY_OUT not in said:
            raise Harm("no answer to an interrupt within 1 s" + (f", only: {shorten(said)}" if said else ""))
        c.ask("control", "kernel_info_request", {})
    victim.replace()
    return "told within 1 s: " + shorten(said)


def stopped_by_many(victim, code):
    """A cell that recovers from an interrupt needs another one; a person presses again."""
    return stopped(victim, code, again=True)


def shorten(text):
    line = " ".join(text.split())
    return line if len(line) < 70 else line[:67] + "..."


RECURSION = "func down(n int) int { return down(n+1) + 1 }"
MUTUAL = "func ping(n int) int { return pong(n+1) + 1 }\nfunc pong(n int) int { return ping(n+1) + 1 }"
SHORTLY = "time.Sleep(100 * time.Millisecond)"

ATTACKS = [
    ("panic", 'panic("boom")', fails),
    ("nil map, nil pointer, bad index", "var m map[string]int; m[`a`] = 1", fails),
    ("panic in a goroutine", 'go func() { panic("boom") }(); ' + SHORTLY, survives),
    ("panic in a goroutine of a named function",
     "func bang(n int) { var p *int; *p = n }\nfor i := 0; i < 20; i++ { go bang(i) }\n" + SHORTLY, survives),
    ("panic in time.AfterFunc", 'time.AfterFunc(1, func() { panic("boom") }); ' + SHORTLY, survives),
    ("os.Exit", "os.Exit(3)", fails),
    ("os.Exit in a goroutine", "go os.Exit(3); " + SHORTLY, survives),
    ("log.Fatal", 'log.Fatal("the end")', fails),
    ("log.Fatalf, by a value", 'f := log.Fatalf; f("%d", 1)', fails),
    ("log.Panic", 'log.Panic("boom")', fails),
    ("runtime.Goexit", "runtime.Goexit()", fails),
    ("runtime.Goexit in a goroutine", "go runtime.Goexit(); " + SHORTLY, survives),
    ("closed stdout", "os.Stdout.Close()", survives),
    ("closed stderr and stdin", "os.Stderr.Close(); os.Stdin.Close()", survives),
    ("endless recursion", RECURSION + "\ndown(0)", fails),
    ("endless recursion of two functions", MUTUAL + "\nping(0)", fails),
    ("endless recursion of a closure", "var f func(int) int\nf = func(n int) int { return f(n+1) + 1 }\nf(0)", fails),
    ("100,000 goroutines", "for i := 0; i < 100000; i++ { go func() {}() }\n" + SHORTLY, survives),
    ("endless loop, interrupted", "for { }", stopped),
    ("endless loop that recovers, interrupted",
     "for { func() { defer func() { recover() }(); for i := 0; i < 1000; i++ { } }() }", stopped_by_many),
    ("endless printing, interrupted", 'for { fmt.Println("again and again") }', stopped),
    ("time.Sleep, interrupted", "time.Sleep(time.Hour)", stopped),
    ("channel receive, interrupted", "<-make(chan int)", stopped),
    ("channel send, interrupted", "make(chan int) <- 1", stopped),
    ("select without end, interrupted", "select {}", stopped),
    ("select on channels, interrupted",
     "a, b := make(chan int), make(chan int)\nselect { case <-a: case b <- 1: }", stopped),
    ("sync.WaitGroup, interrupted", "var wg sync.WaitGroup; wg.Add(1); wg.Wait()", stopped),
    ("sync.Mutex, interrupted", "var mu sync.Mutex; mu.Lock(); mu.Lock()", stopped),
    ("fmt.Scan without a prompt, interrupted", "var s string; fmt.Scan(&s); for { }", stopped),
    ("log.New(...).Fatal", 'log.New(os.Stderr, "", 0).Fatal("the end")', fails),
    ("log.New(...).Fatal, deferred", 'func() { defer log.New(os.Stderr, "", 0).Fatal("the end") }()', fails),
    ("unlock of an unlocked mutex", "var mu sync.Mutex; mu.Unlock()", fails),
    ("unlock of an unlocked mutex, by an interface", "var mu sync.RWMutex; var l sync.Locker = &mu; l.Unlock()", fails),
    ("concurrent map writes",
     "m := map[int]int{}\nvar wg sync.WaitGroup\n"
     "for i := 0; i < 8; i++ { wg.Add(1); go func() { defer wg.Done(); for k := 0; k < 100000; k++ { m[k%7]++ } }() }\nwg.Wait()", survives),
    ("endless recursion through String", "type S struct{}\nfunc (s S) String() string { return fmt.Sprint(s) }\n_ = S{}.String()", survives),
    ("endless recursion through MarshalJSON",
     "type J struct{}\nfunc (j J) MarshalJSON() ([]byte, error) { return json.Marshal(j) }\njson.Marshal(J{})", fails),
    ("endless recursion through sort.Slice",
     "var less func(i, j int) bool\nless = func(i, j int) bool { sort.Slice([]int{2, 1}, less); return false }\nsort.Slice([]int{2, 1}, less)", fails),
    ("no way out: fmt prints a map that contains itself", 'm := map[string]any{}; m["m"] = m; s := fmt.Sprint(m); len(s)', ends),
]
