package cells_test

import (
	"bufio"
	"log"
	"os"
	"testing"

	"github.com/ipyauth/ipyauth/internal/cells"
)

// stderr replaces os.Stderr and the log's output, as a kernel does, and gives a
// function that reads its next line. Tests that use it are not parallel.
func stderr(t *testing.T) (line func() string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = w
	log.SetOutput(w)
	log.SetFlags(0)
	t.Cleanup(func() {
		os.Stderr = old
		log.SetOutput(old)
		log.SetFlags(log.LstdFlags)
		w.Close()
		r.Close()
	})
	lines := bufio.NewReader(r)
	return func() string {
		s, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return s[:len(s)-1]
	}
}

func TestExits(t *testing.T) { eachEngine(t, testExits) }

func testExits(t *testing.T, o cells.Options) {
	const tail = " would end the kernel: to stop a cell use panic, to start over restart the kernel"
	for _, tc := range []struct{ code, want, logged string }{
		{"import `os`\nos.Exit(3)", "Exit: os.Exit" + tail, ""},
		{"import `log`\nlog.Fatal(`a`, 1)", "Exit: log.Fatal" + tail, "a1"},
		{"import `log`\nlog.Fatalf(`%d`, 1)", "Exit: log.Fatalf" + tail, "1"},
		{"import `log`\nlog.Fatalln(`a`, 1)", "Exit: log.Fatalln" + tail, "a 1"},
		{"import `runtime`\nruntime.Goexit()", "Exit: runtime.Goexit" + tail, ""},
		{"import . `os`\nfunc f() { Exit(1) }\nf()", "Exit: os.Exit" + tail, ""},
	} {
		line := stderr(t)
		s := newSession(t, o)
		if got := s.shows(tc.code); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.code, got, tc.want)
		}
		if tc.logged != "" {
			if got := line(); got != tc.logged {
				t.Errorf("%s: logged %q, want %q", tc.code, got, tc.logged)
			}
		}
		if got := s.shows("1"); got != "1" {
			t.Errorf("%s: the next cell shows %q", tc.code, got)
		}
	}
}

func TestGoroutinePanics(t *testing.T) { eachEngine(t, testGoroutinePanics) }

func testGoroutinePanics(t *testing.T, o cells.Options) {
	for _, tc := range []struct {
		name, code string
		want       want
	}{
		{"literal", "go func() { panic(`a`) }()", both("panic: a (in a goroutine of cell 2)")},
		{"with arguments", "go func(x float64, s string) { panic(fmt.Sprint(x, s)) }(3, `a`)", both("panic: 3a (in a goroutine of cell 2)")},
		{"named function", "func f(e error) { panic(e) }\ngo f(fmt.Errorf(`b`))", both("error: b (in a goroutine of cell 2)")},
		{"nil argument", "func f(e error) { panic(e == nil) }\ngo f(nil)", both("panic: true (in a goroutine of cell 2)")},
		{"method", "type T struct{ n int }\nfunc (t T) M(a int) { panic(t.n + a) }\ngo T{1}.M(2)", both("panic: 3 (in a goroutine of cell 2)")},
		{"compiled function", "go strings.Repeat(`a`, -1)", both("panic: strings: negative Repeat count (in a goroutine of cell 2)")},
		{"variadic", "func f(a ...int) { panic(len(a)) }\ngo f(1, 2)", both("panic: 2 (in a goroutine of cell 2)")},
		{"variadic without", "func f(a ...int) { panic(len(a)) }\ngo f()", both("panic: 0 (in a goroutine of cell 2)")},
		{"spread", "func f(s string, a ...int) { panic(fmt.Sprint(s, a)) }\ngo f(`s`, []int{1, 2}...)", both("panic: s[1 2] (in a goroutine of cell 2)")},
		{"nil function", "var f func()\ngo f()", want{"runtime.Error: runtime error: invalid memory address or nil pointer dereference (in a goroutine of cell 2)", "runtime.Error: runtime error: call of nil function (in a goroutine of cell 2)"}},
		{"builtin panic", "go panic(`b`)", both("panic: b (in a goroutine of cell 2)")},
		{"builtin close", "c := make(chan int)\nclose(c)\ngo close(c)", both("runtime.Error: close of closed channel (in a goroutine of cell 2)")},
		{"builtin println", "go println(`a`, 1, `b`, 2)", both("a 1 b 2")},
		{"inside a function", "func f() { go func() { var m map[string]int; m[`a`] = 1 }() }\nf()", both("runtime.Error: assignment to entry in nil map (in a goroutine of cell 2)")},
		{"stack overflow", "func f() { f() }\ngo f()", want{"runtime.Error: runtime error: stack overflow: the calls nest too deep (in a goroutine of cell 2)", "runtime.Error: runtime error: stack overflow, more than 50000 calls deep (in a goroutine of cell 2)"}},
		{"exit", "go func() { os.Exit(1) }()", both("Exit: os.Exit would end the kernel: to stop a cell use panic, to start over restart the kernel (in a goroutine of cell 2)")},
		{"WaitGroup.Go", "var wg sync.WaitGroup\nwg.Go(func() { panic(`w`) })\nwg.Wait()", both("panic: w (in a goroutine of cell 2)")},
		{"WaitGroup.Go, embedded", "type G struct{ *sync.WaitGroup }\ng := G{new(sync.WaitGroup)}\ng.Go(func() { panic(`w`) })\ng.Wait()", both("panic: w (in a goroutine of cell 2)")},
		{"a Go of one's own", "type G struct{}\nfunc (G) Go(f func()) { defer func() { println(recover().(string)) }(); f() }\nG{}.Go(func() { panic(`own`) })", both("own")},
		{"Goexit runs what is deferred", "go func() { defer println(`deferred`); runtime.Goexit() }()", both("deferred")},
		{"AfterFunc", "time.AfterFunc(1, func() { panic(`late`) })\nnil", want{"panic: late (in a goroutine of cell 2)", "panic: late (in a goroutine of time.AfterFunc)"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			line := stderr(t)
			s := newSession(t, o)
			s.must(t, "import (\n`fmt`\n`os`\n`runtime`\n`strings`\n`sync`\n`time`\n)")
			s.must(t, tc.code)
			if got := line(); got != tc.want.of(o.Engine) {
				t.Errorf("got  %s\nwant %s", got, tc.want.of(o.Engine))
			}
		})
	}
}

func TestGoNeedsACall(t *testing.T) { eachEngine(t, testGoNeedsACall) }

func testGoNeedsACall(t *testing.T, o cells.Options) {
	s := newSession(t, o)
	want := want{"CompileError: cell 1:2:13: cannot use ... in call to non-variadic f", "CompileError: cell 1:2:4: invalid use of ... in call to non-variadic function"}.of(o.Engine)
	if got := s.shows("func f(a []int) {}\ngo f([]int{}...)"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
