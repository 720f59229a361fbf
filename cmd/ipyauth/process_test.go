//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/cells"
	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
)

// start starts this program, found where testscript put it, and kills it when the test ends.
func start(t *testing.T, cmd *exec.Cmd) *bytes.Buffer {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return &stderr
}

func TestProviderPrintsItsIssuer(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			cmd := exec.Command("ipyauth", "provider", "--addr", "127.0.0.1:0")
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			stderr := start(t, cmd)
			stdout := bufio.NewReader(out)
			line, err := stdout.ReadString('\n')
			if err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
			issuer := strings.TrimSpace(line)
			res, err := http.Get(issuer + "/.well-known/openid-configuration")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var document struct{ Issuer string }
			if err := json.NewDecoder(res.Body).Decode(&document); err != nil || document.Issuer != issuer {
				t.Errorf("got issuer %q, %v; want %q", document.Issuer, err, issuer)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(stdout)
			if err != nil || len(rest) > 0 {
				t.Errorf("printed more: %q, %v", rest, err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v\n%s", err, stderr)
			}
		})
	}
}

func TestProviderPortIsTaken(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	out, err := exec.Command("ipyauth", "provider", "--addr", ln.Addr().String()).CombinedOutput()
	if err == nil || !strings.HasSuffix(string(out), "hint: choose another port with --addr, or 0 for a free one\n") {
		t.Errorf("got %v, %s", err, out)
	}
}

func TestKernelOutlivesInterrupts(t *testing.T) {
	for _, engine := range []string{cells.EngineGo, cells.EngineGomacro} {
		t.Run(engine, func(t *testing.T) { testKernelOutlivesInterrupts(t, engine) })
	}
}

func testKernelOutlivesInterrupts(t *testing.T, engine string) {
	file := jupytertest.ConnectionFile(t)
	cmd := exec.Command("ipyauth", "kernel", "--engine", engine, file)
	stderr := start(t, cmd)
	client := jupytertest.Connect(t, file)
	interrupt := func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}
	cell := client.Run("println(1)\nfor {}")
	cell.Next(jupyter.TypeStream)
	interrupt()
	if status := cell.Wait().Status(); status != jupyter.StatusError {
		t.Errorf("got %s for an interrupted cell", status)
	}
	if status := client.Execute("1 + 1").Status(); status != jupyter.StatusOK {
		t.Errorf("got %s after the interrupt", status)
	}
	interrupt()             // between cells; the system may deliver it as late as in the next one
	client.Execute("1 + 1") // answers in any case
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
		t.Errorf("got %v, %s; want exit code 0 and silence", err, stderr)
	}
}

// The shell that starts the kernel ends when its standard input does, and leaves it an orphan.
func TestKernelEndsWithItsParent(t *testing.T) {
	file := jupytertest.ConnectionFile(t)
	cmd := exec.Command("/bin/sh", "-c", `ipyauth kernel "$1" & read line`, "sh", file)
	cmd.Env = append(os.Environ(), "JPY_PARENT_PID=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe() // of both: it ends when they have
	if err != nil {
		t.Fatal(err)
	}
	start(t, cmd)
	client := jupytertest.Connect(t, file)
	if status := client.Execute("1 + 1").Status(); status != jupyter.StatusOK {
		t.Fatalf("got %s", status)
	}
	stdin.Close()
	if _, err := io.ReadAll(out); err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // the end of input is an error for the shell
}

func TestParentEnds(t *testing.T) {
	const parent, orphanage = 40, 1
	for _, row := range []struct {
		name    string
		parents []int
		ticks   int // how many it has to see
	}{
		{"at once", []int{orphanage}, 0},
		{"later", []int{parent, parent, orphanage}, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			asked := 0
			getppid := func() int { asked++; return row.parents[asked-1] }
			ticks := make(chan time.Time, row.ticks)
			for range row.ticks {
				ticks <- time.Time{}
			}
			if !parentEnds(t.Context(), parent, getppid, ticks) || asked != len(row.parents) || len(ticks) > 0 {
				t.Errorf("asked %d times with %d ticks left", asked, len(ticks))
			}
		})
	}
	t.Run("not before the kernel", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if parentEnds(ctx, parent, func() int { return parent }, nil) {
			t.Error("the parent is still there")
		}
	})
}
