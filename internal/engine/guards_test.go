package engine_test

import (
	"io"
	"log"
	"os"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine"
)

// Nothing in a cell ends the kernel, however it is reached. Each row is a cell of
// a session of its own.
func TestNothingEndsTheKernel(t *testing.T) {
	const exit = " would end the kernel: to stop a cell use panic, to start over restart the kernel"
	log.SetOutput(io.Discard)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	for _, tc := range []struct{ name, code, want string }{
		{"exit", "os.Exit(3)", "Exit: os.Exit" + exit},
		{"as a value", "f := os.Exit\nf(3)", "Exit: os.Exit" + exit},
		{"deferred", "defer os.Exit(3)\n1", "Exit: os.Exit" + exit},
		{"in a field", "s := struct{ end func(int) }{os.Exit}\ns.end(3)", "Exit: os.Exit" + exit},
		{"with a dot import", "import . `os`\nExit(3)", "Exit: os.Exit" + exit},
		{"syscall", "syscall.Exit(3)", "Exit: syscall.Exit" + exit},
		{"log.Fatal", "log.Fatal(`x`)", "Exit: log.Fatal" + exit},
		{"log.Fatalf", "log.Fatalf(`%d`, 1)", "Exit: log.Fatalf" + exit},
		{"log.Fatalln", "log.Fatalln(`x`)", "Exit: log.Fatalln" + exit},
		{"a logger", "log.Default().Fatal(`x`)", "Exit: (*log.Logger).Fatal" + exit},
		{"a logger's method value", "f := log.Default().Fatalf\nf(`x`)", "Exit: (*log.Logger).Fatalf" + exit},
		{"an embedded logger", "type L struct{ *log.Logger }\nL{log.Default()}.Fatalln(`x`)", "Exit: (*log.Logger).Fatalln" + exit},
		{"a logger behind an interface", "var f interface{ Fatal(...any) } = log.Default()\nf.Fatal(`x`)", "Exit: (*log.Logger).Fatal" + exit},
		{"Goexit", "runtime.Goexit()", "Exit: runtime.Goexit" + exit},
		{"Goexit, deferred in a function", "func() { defer runtime.Goexit() }()", "Exit: runtime.Goexit" + exit},
		{"mutex", "var mu sync.Mutex\nmu.Unlock()", "error: sync: unlock of unlocked mutex"},
		{"read lock", "var mu sync.RWMutex\nmu.RUnlock()", "error: sync: RUnlock of unlocked RWMutex"},
		{"embedded mutex", "type M struct{ sync.Mutex }\nvar m M\nm.Unlock()", "error: sync: unlock of unlocked mutex"},
		{"mutex behind an interface", "var l sync.Locker = new(sync.Mutex)\ndefer l.Unlock()", "error: sync: unlock of unlocked mutex"},
		{"concurrent map access", "m := map[int]int{}\nvar wg sync.WaitGroup\nfor i := range 8 { wg.Go(func() { for j := range 1000 { m[1000*i+j] = j } }) }\nwg.Wait()\nlen(m)", "8000"},
		{"recursion of String", "type S int\nfunc (s S) String() string { return fmt.Sprint(s) }\nS(1)", "%!v(PANIC=String method: runtime error: stack overflow: the calls nest too deep)"},
		{"recursion through a sort", "func f() { sort.Slice([]int{2, 1}, func(i, j int) bool { f(); return true }) }\nf()", "runtime.Error: runtime error: stack overflow: the calls nest too deep"},
		{"a value that contains itself", "list := make([]any, 1)\nlist[0] = list\nlist", "([]interface {} that contains itself)"},
		{"a pointer to one", "m := map[int]any{}\nm[0] = m\n&m", "(*map[int]interface {} that contains itself)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := newNotebook(t, engine.Options{})
			if got := n.shows(tc.code); got != tc.want {
				t.Errorf("shows %q\nwant  %q", got, tc.want)
			}
			if got := n.shows("1 + 1"); got != "2" {
				t.Errorf("the next cell shows %q", got)
			}
		})
	}
}
