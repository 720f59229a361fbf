package kernel_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// CaptureOutput takes over the output of the whole process, so its tests run
// the kernel in a process of its own: this test binary, told by a variable.
const printerFile = "IPYAUTH_TEST_PRINTER"

const (
	printedLines = 100_000
	fewLines     = 10_000
)

// late is a goroutine of a cell, told by later cells what to do.
var late = make(chan func())

// printers are the cells of that process.
var printers = cells{
	"nothing": nothing,
	"hello": func(kernel.Cell) (*display.Data, error) {
		fmt.Println("hello")
		return nil, nil
	},
	"lines": func(c kernel.Cell) (*display.Data, error) {
		for i := range printedLines {
			fmt.Println("line", i)
		}
		return text("done")(c)
	},
	"few lines": func(kernel.Cell) (*display.Data, error) {
		for i := range fewLines {
			fmt.Println("line", i)
		}
		return nil, nil
	},
	"both": func(kernel.Cell) (*display.Data, error) {
		for i := range printedLines {
			fmt.Println("out", i)
			fmt.Fprintln(os.Stderr, "err", i)
		}
		return nil, nil
	},
	"50 MB": func(kernel.Cell) (*display.Data, error) {
		line := strings.Repeat("x", 999) + "\n"
		for range 50_000 {
			fmt.Print(line)
		}
		return nil, nil
	},
	"memory": func(c kernel.Cell) (*display.Data, error) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return text(fmt.Sprint(m.Sys >> 20))(c)
	},
	"own log": func(kernel.Cell) (*display.Data, error) {
		log.SetOutput(io.Discard)
		log.Print("lost")
		log.SetOutput(os.Stderr)
		log.Print("not lost")
		return nil, nil
	},
	"close both": func(kernel.Cell) (*display.Data, error) {
		fmt.Print("last words")
		err := os.Stdout.Close()
		fmt.Print("nobody hears this")
		fmt.Fprint(os.Stderr, "still there")
		return nil, errors.Join(err, os.Stderr.Close())
	},
	"utf8": func(kernel.Cell) (*display.Data, error) {
		s := "a" + strings.Repeat("é€😀", 30000)
		for len(s) > 0 { // in pieces that cut characters
			n := min(7, len(s))
			os.Stdout.WriteString(s[:n])
			s = s[n:]
		}
		return nil, nil
	},
	"half a character": func(kernel.Cell) (*display.Data, error) {
		os.Stdout.WriteString("x\xe2\x82")
		return nil, nil
	},
	"half, display, half": func(kernel.Cell) (*display.Data, error) {
		os.Stdout.WriteString("x\xe2\x82")
		cell.Publish(cell.Display(display.HTML("<hr>")))
		os.Stdout.WriteString("\xacy")
		return nil, nil
	},
	"order": func(c kernel.Cell) (*display.Data, error) {
		fmt.Print("before ")
		cell.Publish(cell.Display(display.HTML("<hr>")))
		fmt.Print("after ")
		return text("result")(c)
	},
	"error": func(kernel.Cell) (*display.Data, error) {
		fmt.Fprint(os.Stderr, "oops")
		return nil, fmt.Errorf("failed")
	},
	"streams": func(kernel.Cell) (*display.Data, error) {
		fmt.Print("out")
		fmt.Fprint(os.Stderr, "err")
		log.SetFlags(0)
		log.Print("logged")
		return nil, nil
	},
	"start late": func(kernel.Cell) (*display.Data, error) {
		go func() {
			for do := range late {
				do()
			}
		}()
		return nil, nil
	},
	"late": func(kernel.Cell) (*display.Data, error) {
		go func() {
			late <- func() { fmt.Println("late text") }
		}()
		return nil, nil
	},
	"late secret": func(kernel.Cell) (*display.Data, error) {
		go func() {
			late <- func() { fmt.Print(token, " can") }
		}()
		return nil, nil
	},
	"close": func(kernel.Cell) (*display.Data, error) {
		fmt.Print("last words")
		return nil, os.Stdout.Close()
	},
	"own file": func(kernel.Cell) (*display.Data, error) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		old := os.Stdout
		os.Stdout = w
		fmt.Print("to myself")
		os.Stdout = old
		w.Close()
		buf := make([]byte, 100)
		n, err := r.Read(buf)
		fmt.Print("read: ", string(buf[:n]))
		return nil, err
	},
	"child": func(kernel.Cell) (*display.Data, error) {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), printerFile+"=child")
		cmd.Stdout = os.Stdout
		return nil, cmd.Run()
	},
	"scan": func(kernel.Cell) (*display.Data, error) {
		fmt.Print("name? ")
		var name string
		if _, err := fmt.Scanln(&name); err != nil {
			return nil, err
		}
		fmt.Println("hello", name)
		return nil, nil
	},
	"flood": func(c kernel.Cell) (*display.Data, error) {
		line := strings.Repeat("x", 99) + "\n"
		for c.Context.Err() == nil {
			fmt.Print(line)
		}
		return nil, context.Cause(c.Context)
	},
}

// runPrinter is the process's main.
func runPrinter(file string) int {
	if file == "child" {
		fmt.Print("from a child")
		return 0
	}
	stdout, stdin := os.Stdout, os.Stdin
	err := kernel.Run(context.Background(), kernel.Options{
		ConnectionFile: file,
		NewInterpreter: func() (kernel.Interpreter, error) { return &fake{cells: printers}, nil },
		CaptureOutput:  true,
		CaptureInput:   true,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if os.Stdout != stdout || os.Stdin != stdin {
		fmt.Fprintln(os.Stderr, "os.Stdout or os.Stdin is not what it was")
		return 1
	}
	fmt.Println("back on the real output")
	log.Println("logs too")
	return 0
}

// startPrinter runs the process, and checks its end.
func startPrinter(t testing.TB) *jupytertest.Client {
	t.Helper()
	file := jupytertest.ConnectionFile(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), printerFile+"="+file)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var c *jupytertest.Client
	t.Cleanup(func() { // before the client's own, which closes its sockets
		if c == nil {
			cmd.Process.Kill()
			<-ended
			t.Logf("the process said: %s", stderr.String())
		}
	})
	c = jupytertest.Connect(t, file)
	t.Cleanup(func() {
		c.Send("control", "shutdown_request", nil)
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the process ended with %v: %s", err, stderr.String())
			}
		case <-time.After(jupytertest.Limit):
			cmd.Process.Kill()
			t.Errorf("the process did not end; it said: %s", stderr.String())
		}
		if got := stdout.String(); got != "back on the real output\n" {
			t.Errorf("the process printed %q on its real output", got)
		}
		if !strings.HasSuffix(stderr.String(), "logs too\n") {
			t.Errorf("the process logged %q", stderr.String())
		}
	})
	return c
}
