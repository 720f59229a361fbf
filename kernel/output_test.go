package kernel_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestPrintedLinesAllArrive(t *testing.T) {
	c := startPrinter(t)
	x := c.Execute("lines")
	var want strings.Builder
	for i := range printedLines {
		fmt.Fprintln(&want, "line", i)
	}
	if got := x.Stream("stdout"); got != want.String() {
		t.Errorf("%d bytes arrived of %d", len(got), want.Len())
	}
	streams := len(x.Published) - 4
	if got := x.Types(); !slices.Equal(got[len(got)-2:], []string{"execute_result", "status"}) {
		t.Errorf("the result does not come last: %v", got[max(0, len(got)-5):])
	}
	t.Logf("%d lines in %d messages", printedLines, streams)
	if streams > printedLines/20 {
		t.Errorf("%d lines took %d messages", printedLines, streams)
	}
}

// Each stream keeps its order, whatever the other does.
func TestBothStreamsKeepTheirOrder(t *testing.T) {
	x := startPrinter(t).Execute("both")
	for _, stream := range []struct{ name, word string }{{"stdout", "out"}, {"stderr", "err"}} {
		var want strings.Builder
		for i := range printedLines {
			fmt.Fprintln(&want, stream.word, i)
		}
		if got := x.Stream(stream.name); got != want.String() {
			t.Errorf("%s: %d bytes arrived of %d", stream.name, len(got), want.Len())
		}
	}
}

// The cell that prints more than is read waits; nothing queues up without
// bound, and nothing is lost.
func TestMuchOutputTakesLittleMemory(t *testing.T) {
	c := startPrinter(t)
	size := func() int {
		mib, err := strconv.Atoi(fmt.Sprint(result(c.Execute("memory"))))
		if err != nil {
			t.Fatal(err)
		}
		return mib
	}
	before := size()
	if got := len(c.Execute("50 MB").Stream("stdout")); got != 50_000_000 {
		t.Errorf("%d bytes arrived", got)
	}
	after := size()
	t.Logf("memory %d MiB before, %d MiB after 50 MB of output", before, after)
	if after > before+96 {
		t.Errorf("memory grew from %d to %d MiB", before, after)
	}
}

func TestOutput(t *testing.T) {
	c := startPrinter(t)
	for _, row := range []struct {
		code           string
		types          []string // between execute_input and idle, streams once
		stdout, stderr string
	}{
		{"nothing", nil, "", ""},
		{"hello", []string{"stream"}, "hello\n", ""},
		{"utf8", []string{"stream"}, "a" + strings.Repeat("é€😀", 30000), ""},
		{"half a character", []string{"stream"}, "x\ufffd\ufffd", ""},
		{"half, display, half", []string{"stream", "display_data", "stream"}, "x€y", ""},
		{"order", []string{"stream", "display_data", "stream", "execute_result"}, "before after ", ""},
		{"error", []string{"stream", "error"}, "", "oops"},
		{"streams", []string{"stream"}, "out", "errlogged\n"},
		{"own file", []string{"stream"}, "read: to myself", ""},
		{"child", []string{"stream"}, "from a child", ""},
		{"close", []string{"stream"}, "last words", ""},
		{"hello", []string{"stream"}, "hello\n", ""}, // on a new pipe
		{"close both", []string{"stream"}, "last words", "still there"},
		{"streams", []string{"stream"}, "out", "errlogged\n"},
		{"own log", []string{"stream"}, "", "not lost\n"},
	} {
		t.Run(row.code, func(t *testing.T) {
			x := c.Execute(row.code)
			if got := x.Stream("stdout"); got != row.stdout {
				t.Errorf("stdout %.200q, want %.200q", got, row.stdout)
			}
			if got := x.Stream("stderr"); got != row.stderr {
				t.Errorf("stderr %.200q, want %.200q", got, row.stderr)
			}
			got := slices.Compact(x.Types())
			want := slices.Concat([]string{"status", "execute_input"}, row.types, []string{"status"})
			if !slices.Equal(got, want) {
				t.Errorf("published %v, want %v", got, want)
			}
		})
	}
}

// What a goroutine prints after its cell arrives, as output of the cell that
// started last.
func TestLateOutput(t *testing.T) {
	c := startPrinter(t)
	c.Execute("start late")
	r := c.Run("late")
	r.Wait()
	m := r.Next("stream")
	if got, want := string(m.Content), `{"name":"stdout","text":"late text\n"}`; got != want {
		t.Errorf("stream %s, want %s", got, want)
	}
}

// A cell that prints without end is shown while it runs, and can be stopped.
func TestFlood(t *testing.T) {
	c := startPrinter(t)
	r := c.Run("flood")
	r.Next("stream")
	c.Send("control", "kernel_info_request", nil).Wait()
	c.Send("control", "interrupt_request", nil).Wait()
	x := r.Wait()
	if e := x.Error(); e.EName != "Interrupted" {
		t.Errorf("reply %s", x.Reply.Content)
	}
	if got := x.Stream("stdout"); len(got)%100 != 0 || strings.Count(got, "\n") != len(got)/100 {
		t.Errorf("of %d bytes some are lost", len(got))
	}
	if got := x.Types(); slices.Index(got, "error") < lastIndex(got, "stream") {
		t.Errorf("text came after the error")
	}
}

func lastIndex(all []string, s string) int {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i] == s {
			return i
		}
	}
	return -1
}
