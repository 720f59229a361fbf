package process_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite/process"
)

// TestMain lets the test binary play the programs that the tests run.
func TestMain(m *testing.M) {
	switch os.Getenv("PROGRAM") {
	case "":
		os.Exit(m.Run())
	case "streams":
		fmt.Print("a")
		fmt.Fprint(os.Stderr, "b")
		fmt.Print("c")
		os.Exit(3)
	case "flood":
		block := bytes.Repeat([]byte("x"), 1<<20)
		for range 6 {
			os.Stdout.Write(block)
		}
	case "parent": // hangs with a child that hangs and holds the pipe
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "PROGRAM=hang")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			os.Exit(1)
		}
		time.Sleep(time.Hour)
	case "hang":
		time.Sleep(time.Hour)
	}
}

func run(t *testing.T, program string, merged bool, limit time.Duration) process.Result {
	t.Helper()
	c := process.Command{Args: []string{os.Args[0]}, Env: append(os.Environ(), "PROGRAM="+program), Timeout: limit, Merged: merged}
	result, err := c.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestRun(t *testing.T) {
	rows := []struct {
		name, program string
		merged        bool
		want          process.Result
	}{
		{"streams apart", "streams", false, process.Result{Stdout: "ac", Stderr: "b", Status: 3}},
		{"streams merged in their order", "streams", true, process.Result{Stdout: "abc", Status: 3}},
		{"output is cut", "flood", false, process.Result{Stdout: strings.Repeat("x", 4<<20)}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := run(t, row.program, row.merged, time.Minute); got != row.want {
				t.Errorf("status %d, stdout %d bytes, stderr %q, timed out %t; want status %d, %d bytes, %q",
					got.Status, len(got.Stdout), got.Stderr, got.TimedOut, row.want.Status, len(row.want.Stdout), row.want.Stderr)
			}
		})
	}
}

// TestTimeout runs a program that hangs, as does its child, which holds the pipe.
func TestTimeout(t *testing.T) {
	start := time.Now()
	got := run(t, "parent", false, 300*time.Millisecond)
	if !got.TimedOut || got.Status != -1 {
		t.Errorf("timed out %t, status %d; want true, -1", got.TimedOut, got.Status)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
}

func TestNoProgram(t *testing.T) {
	if _, err := (process.Command{Args: []string{"/no/such/program"}, Timeout: time.Second}).Run(t.Context()); err == nil {
		t.Error("no error for a program that does not exist")
	}
}
