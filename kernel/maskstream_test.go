package kernel_test

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/comm"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// write prints s in pieces of n bytes, each in a message of its own where the
// kernel can't but publish it.
func write(file *os.File, s string, n int, between func()) {
	for ; len(s) > n; s = s[n:] {
		file.WriteString(s[:n])
		between()
	}
	file.WriteString(s)
}

func init() {
	show := func() { cell.Publish(cell.Display(display.HTML("<hr>"))) }
	for code, run := range map[string]func(){
		"hide":      func() { hide(token) },
		"print it":  func() { fmt.Println("it is", token) },
		"to stderr": func() { fmt.Fprintln(os.Stderr, "it is", token) },
		"log it":    func() { log.SetFlags(0); log.Println("it is", token) },
		"encoded": func() {
			b, _ := json.Marshal([]string{token})
			fmt.Printf("%s %q %x %v", b, token, token, []byte(token))
		},
		"two writes":    func() { fmt.Print("it is ", token[:10]); fmt.Print(token[10:], "!") },
		"byte by byte":  func() { write(os.Stdout, "it is "+token+"!", 1, func() {}) },
		"with displays": func() { write(os.Stdout, "it is "+token+"!", 5, show) },
		"20 displays":   func() { write(os.Stdout, "it is "+token+"!", 1, show) },
		"on two streams": func() {
			fmt.Print(token[:10])
			fmt.Fprint(os.Stderr, token[:10])
			fmt.Print(token[10:])
			fmt.Fprint(os.Stderr, token[10:])
		},
		"half":       func() { fmt.Print("it is ", token[:12]) },
		"other half": func() { fmt.Println(token[12:]) },
		"forget":     func() { f := hide("another secret"); fmt.Println("it was another secret"); f() },
		"forgotten":  func() { fmt.Println("another secret") },
		"register": func() {
			comm.Active().Register("late", func(*comm.Comm, comm.Message) error {
				forget := hide("another secret")
				fmt.Println("it was another secret")
				forget()
				return nil
			})
		},
		"tokens": func() {
			for i := range 12 { // of four widgets
				hide("eyJhbGciOiJSUzI1NiJ9." + strings.Repeat(fmt.Sprint("token", i), 100))
			}
		},
		"a child":       func() { cmd := exec.Command("printf", "%s\n", token); cmd.Stdout = os.Stdout; cmd.Run() },
		"a letter":      func() { fmt.Print("a toc") },
		"a chunk's end": func() { fmt.Print(strings.Repeat("x", 64<<10-len(token)/2), token, "\n") },
	} {
		printers["hide: "+code] = func(kernel.Cell) (*display.Data, error) { run(); return nil, nil }
	}
}

func TestPrintedSecretsAreHidden(t *testing.T) {
	c := startPrinter(t)
	c.Execute("hide: hide")
	for i, row := range []struct{ code, stdout, stderr string }{
		{"print it", "it is " + shown + "\n", hinted},
		{"print it", "it is " + shown + "\n", ""},
		{"to stderr", "", "it is " + shown + "\n"},
		{"log it", "", "it is " + shown + "\n"},
		{"encoded", `["` + shown + `"] "` + shown + `" ` + shown + " [" + shown + "]", ""},
		{"two writes", "it is " + shown + "!", ""},
		{"with displays", "it is cana" + shown + "!", ""}, // less than 8 bytes have been shown
		{"20 displays", "it is canary\"" + shown + "!", ""},
		{"on two streams", shown, shown},
		{"half", "it is " + shown, ""},
		{"other half", shown + "\n", ""},
		{"forget", "it was " + shown + "\n", ""},
		{"forgotten", "another secret\n", ""},
		{"a child", shown + "\n", ""},
		{"a letter", "a toc", ""},
		{"a chunk's end", strings.Repeat("x", 64<<10-len(token)/2) + shown + "\n", ""},
	} {
		t.Run(fmt.Sprintf("E74 %d %s", i, row.code), func(t *testing.T) {
			x := c.Execute("hide: " + row.code)
			if got := x.Stream("stdout"); got != row.stdout {
				t.Errorf("stdout %.300q, want %.300q", got, row.stdout)
			}
			if got := x.Stream("stderr"); got != row.stderr {
				t.Errorf("stderr %q, want %q", got, row.stderr)
			}
		})
	}
	leaks(t, c)
}

// How much of a secret that is printed byte by byte leaves before it is clear
// what it is depends on the time between the bytes; 8 never do. streamMask's
// tests have the times one by one.
func TestPrintedByteByByte(t *testing.T) {
	t.Attr("attack", "E74")
	c := startPrinter(t)
	c.Execute("hide: hide")
	got := c.Execute("hide: byte by byte").Stream("stdout")
	rest, begins := strings.CutPrefix(got, "it is ")
	before, ends := strings.CutSuffix(rest, shown+"!")
	if !begins || !ends || len(before) > 7 || !strings.HasPrefix(token, before) {
		t.Errorf("stdout %q, want at most 7 bytes of the secret and %q", got, shown)
	}
	leaks(t, c)
}

// What a goroutine prints when its cell is over is hidden too, and text that
// ends like the start of a secret is soon shown, without a cell's end.
func TestLateSecretsAreHidden(t *testing.T) {
	c := startPrinter(t)
	c.Execute("hide: hide")
	c.Execute("start late")
	r := c.Run("late secret")
	r.Wait()
	for _, want := range []string{`{"name":"stdout","text":"` + shown + ` "}`, `{"name":"stdout","text":"can"}`} {
		c.Await(want, func(m jupytertest.Received) bool { return r.Caused(m.Message) && string(m.Content) == want })
	}
	leaks(t, c)
}

// What was printed before a secret was forgotten is hidden, though no cell runs
// whose end would publish it.
func TestForgottenAfterPrinting(t *testing.T) {
	c := startPrinter(t)
	c.Execute("hide: register")
	c.Send("shell", "comm_open", json.RawMessage(`{"comm_id":"x","target_name":"late","data":{}}`)).Idle()
	m := c.Await("text", func(m jupytertest.Received) bool { return strings.Contains(string(m.Content), "it was") })
	if got, want := string(m.Content), `{"name":"stdout","text":"it was `+shown+`\n"}`; got != want {
		t.Errorf("stream %s, want %s", got, want)
	}
	if got := c.Execute("hide: forgotten").Stream("stdout"); got != "another secret\n" {
		t.Errorf("later it is shown as %q", got)
	}
}
