package kernel_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
	"github.com/ipyauth/ipyauth/internal/jupytertest"
	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

func TestInterruptStopsTheCell(t *testing.T) {
	signals := make(chan os.Signal)
	for _, row := range []struct {
		name      string
		interrupt func(c *jupytertest.Client)
	}{
		{"request on control", func(c *jupytertest.Client) { c.Send("control", "interrupt_request", nil).Wait() }},
		{"request on shell", func(c *jupytertest.Client) { c.Send("shell", "interrupt_request", nil).Wait() }},
		{"signal", func(*jupytertest.Client) { signals <- os.Interrupt }},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBlocker()
			asked := make(chan struct{}, 1)
			f := &fake{
				cells:     cells{"block": b.cell, "value": text("1")},
				interrupt: func() { asked <- struct{}{} },
			}
			c := startWith(t, f, func(o *kernel.Options) { o.Interrupts = signals })
			r := c.Run("block")
			<-b.running
			row.interrupt(c)
			x := r.Wait()
			if e := x.Error(); e.EName != "Interrupted" || e.EValue != cell.ErrInterrupted.Error() {
				t.Errorf("the cell replied %s", x.Reply.Content)
			}
			<-asked // the interpreter was told too
			if x := c.Execute("value"); x.Status() != jupyter.StatusOK {
				t.Errorf("the next cell replied %s", x.Reply.Content)
			}
		})
	}
}

func TestHeartbeatWhileACellRuns(t *testing.T) {
	b := newBlocker()
	c := start(t, cells{"block": b.cell})
	r := c.Run("block")
	<-b.running
	if got := c.Heartbeat("ping"); got != "ping" {
		t.Errorf("heartbeat answered %q", got)
	}
	close(b.release)
	r.Wait()
}

// A cell that an interrupt can't end is no silence: the person hears what is left to do.
func TestInterruptThatDoesNotEndTheCell(t *testing.T) {
	running, release := make(chan struct{}), make(chan struct{})
	deaf := func(kernel.Cell) (*display.Data, error) {
		close(running)
		<-release
		return nil, nil
	}
	c := startWith(t, &fake{cells: cells{"deaf": deaf, "value": text("1")}}, func(*kernel.Options) {})
	r := c.Run("deaf")
	<-running
	c.Send("control", "interrupt_request", nil).Wait()
	c.Send("control", "interrupt_request", nil).Wait()
	told := r.Next(jupyter.TypeStream)
	close(release)
	if x := r.Wait(); x.Status() != jupyter.StatusOK || !strings.Contains(string(told.Content), "restart the kernel") ||
		strings.Count(x.Stream(jupyter.Stderr), "restart the kernel") != 1 {
		t.Errorf("told %s, replied %s; want one sentence that says restart", told.Content, x.Reply.Content)
	}
	if x := c.Execute("value"); x.Status() != jupyter.StatusOK {
		t.Errorf("the next cell replied %s", x.Reply.Content)
	}
}

func TestInterruptBetweenCellsIsNothing(t *testing.T) {
	f := &fake{cells: cells{"value": text("1")}, interrupt: func() { t.Error("the interpreter was interrupted") }}
	c := startWith(t, f, func(*kernel.Options) {})
	x := c.Send("control", "interrupt_request", nil).Wait()
	if x.Status() != jupyter.StatusOK {
		t.Errorf("interrupt_reply %s", x.Reply.Content)
	}
	if x := c.Execute("value"); x.Status() != jupyter.StatusOK {
		t.Errorf("the next cell replied %s", x.Reply.Content)
	}
}

func TestInterruptThatPanics(t *testing.T) {
	b := newBlocker()
	c := startWith(t, &fake{cells: cells{"block": b.cell}, interrupt: func() { panic("broken") }}, func(*kernel.Options) {})
	r := c.Run("block")
	<-b.running
	c.Send("control", "interrupt_request", nil).Wait()
	if x := r.Wait(); x.Status() != jupyter.StatusError {
		t.Errorf("the cell replied %s", x.Reply.Content)
	}
}

func TestShutdown(t *testing.T) {
	for _, row := range []struct{ name, socket, content, reply string }{
		{"on control", "control", `{"restart":false}`, `{"status":"ok","restart":false}`},
		{"on shell", "shell", `{"restart":false}`, `{"status":"ok","restart":false}`},
		{"restart", "control", `{"restart":true}`, `{"status":"ok","restart":true}`},
		{"malformed", "control", `{"restart":"no"}`, `{"status":"ok","restart":false}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := start(t, nil)
			x := c.Send(row.socket, "shutdown_request", json.RawMessage(row.content)).Wait()
			if got := string(x.Reply.Content); got != row.reply {
				t.Errorf("shutdown_reply %s, want %s", got, row.reply)
			}
			if got := x.Types(); !slices.Equal(got, []string{"status", "shutdown_reply", "status"}) {
				t.Errorf("published %v", got)
			}
			if err := c.Ended(); err != nil {
				t.Errorf("Run returned %v", err)
			}
			// The ports are free again.
			network, address := c.Info.Address(c.Info.ShellPort)
			ln, err := net.Listen(network, address)
			if err != nil {
				t.Fatal(err)
			}
			ln.Close()
		})
	}
}

func TestShutdownEndsTheRunningCell(t *testing.T) {
	b := newBlocker()
	c := start(t, cells{"block": b.cell})
	r := c.Run("block")
	<-b.running
	c.Send("control", "shutdown_request", nil).Wait()
	if x := r.Wait(); x.Status() != jupyter.StatusError {
		t.Errorf("the cell replied %s", x.Reply.Content)
	}
	if err := c.Ended(); err != nil {
		t.Errorf("Run returned %v", err)
	}
}

func TestShutdownDoesNotWaitForACellThatCannotEnd(t *testing.T) {
	stuck := make(chan struct{})
	running := make(chan struct{})
	c := start(t, cells{"stuck": func(kernel.Cell) (*display.Data, error) {
		close(running)
		<-stuck
		return nil, nil
	}})
	defer close(stuck)
	c.Run("stuck")
	<-running
	c.Send("control", "shutdown_request", nil).Wait()
	if err := c.Ended(); err != nil {
		t.Errorf("Run returned %v", err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	c := jupytertest.Start(t, func(_ context.Context, file string) error { return kernel.Run(ctx, options(file, &fake{})) })
	cancel(errors.New("the parent process is gone"))
	if err := c.Ended(); err != nil {
		t.Errorf("Run returned %v", err)
	}
}

// A kernel that is ended while NewInterpreter runs waits for it a moment: what
// was replaced is not put back under its hands.
func TestRunEndsWhileTheInterpreterStarts(t *testing.T) {
	stdout, stdin := os.Stdout, os.Stdin
	ctx, cancel := context.WithCancel(t.Context())
	started := make(chan struct{})
	o := options(jupytertest.ConnectionFile(t), &fake{})
	o.CaptureOutput, o.CaptureInput = true, true
	o.NewInterpreter = func() (kernel.Interpreter, error) {
		close(started)
		<-ctx.Done()
		fmt.Fprint(os.Stdout, "starting")
		return &fake{}, nil
	}
	ended := make(chan error)
	go func() { ended <- kernel.Run(ctx, o) }()
	<-started
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run returned %v", err)
	}
	if os.Stdout != stdout || os.Stdin != stdin {
		t.Error("standard output or input is not what it was")
	}
}

func TestRunRefusesToStart(t *testing.T) {
	good := func() kernel.Options { return options(jupytertest.ConnectionFile(t), &fake{}) }
	for _, row := range []struct {
		name   string
		change func(o *kernel.Options)
		want   string
	}{
		{"no connection file", func(o *kernel.Options) { o.ConnectionFile = "" }, "kernel options: ConnectionFile is empty"},
		{"no interpreter", func(o *kernel.Options) { o.NewInterpreter = nil }, "kernel options: NewInterpreter is nil"},
		{"missing file", func(o *kernel.Options) { o.ConnectionFile = "nowhere.json" }, "nowhere.json"},
		{"interpreter fails", func(o *kernel.Options) {
			o.NewInterpreter = func() (kernel.Interpreter, error) { return nil, errors.New("no go") }
		}, "start interpreter: no go"},
		{"interpreter panics", func(o *kernel.Options) {
			o.NewInterpreter = func() (kernel.Interpreter, error) { panic("no go") }
		}, "start interpreter: panic: no go"},
		{"interpreter is nil", func(o *kernel.Options) {
			o.NewInterpreter = func() (kernel.Interpreter, error) { return nil, nil }
		}, "start interpreter: NewInterpreter returned nil"},
		{"port in use", func(o *kernel.Options) {
			info, err := jupyter.ReadConnectionFile(o.ConnectionFile)
			if err != nil {
				t.Fatal(err)
			}
			ln, err := net.Listen(info.Address(info.HBPort))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { ln.Close() })
		}, "listen for heartbeat: "},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := good()
			row.change(&o)
			err := kernel.Run(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("Run returned %v, want %q in it", err, row.want)
			}
		})
	}
}

func TestTransportIPC(t *testing.T) {
	dir, err := os.MkdirTemp("", "ipc") // t.TempDir is too long for a Unix socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	info := jupyter.ConnectionInfo{
		Transport: "ipc", IP: filepath.Join(dir, "k"), Key: "k", SignatureScheme: "hmac-sha256",
		ShellPort: 1, ControlPort: 2, StdinPort: 3, IOPubPort: 4, HBPort: 5,
	}
	// A kernel that was killed left its sockets.
	for port := 1; port <= 5; port++ {
		ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: info.IP + "-" + strconv.Itoa(port), Net: "unix"})
		if err != nil {
			t.Skipf("no Unix sockets here: %v", err)
		}
		ln.SetUnlinkOnClose(false)
		ln.Close()
	}
	file := jupytertest.WriteConnectionFile(t, info)
	c := jupytertest.Start(t, func(ctx context.Context, _ string) error {
		return kernel.Run(ctx, options(file, &fake{cells: cells{"value": text("1")}}))
	}, file)
	if x := c.Execute("value"); x.Status() != jupyter.StatusOK {
		t.Errorf("reply %s", x.Reply.Content)
	}
	c.Send("control", "shutdown_request", nil).Wait()
	c.Ended()
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("socket files left: %v", left)
	}
}
