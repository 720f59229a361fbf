package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ipyauth/ipyauth/internal/install/installtest"
	"github.com/ipyauth/ipyauth/internal/providertest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"ipyauth": main,
		"python3": fakePython,
	})
}

// The scripts see no program of this machine: PATH has this command and a python3 that only
// pretends (fakePython). $BIN is where both are, $EMPTY a folder without any. $ISSUER is a provider
// that runs.
func TestScripts(t *testing.T) {
	bin, err := exec.LookPath("ipyauth")
	if err != nil {
		t.Fatal(err)
	}
	issuer := providertest.New(t).Issuer
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for name, value := range map[string]string{
				"PATH":        filepath.Dir(bin),
				"BIN":         filepath.Dir(bin),
				"EMPTY":       filepath.Join(e.WorkDir, "empty"),
				"HOME":        filepath.Join(e.WorkDir, "home"),
				"FAKE_PYTHON": filepath.Join(e.WorkDir, "python.json"),
				"ISSUER":      issuer,
				"GORACE":      "atexit_sleep_ms=0", // or each program takes a second to end under -race
			} {
				e.Setenv(name, value)
			}
			return os.MkdirAll(filepath.Join(e.WorkDir, "empty"), 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"python": editPython, "exitcode": exitCode, "envfile": writeEnvFile},
	})
}

// fakePython is the program python3 of the scripts. What it is and has stands in $FAKE_PYTHON.
func fakePython() {
	f, err := readFake(os.Getenv("FAKE_PYTHON"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	stdout, stderr, err := f.Run(os.Args[1:])
	fmt.Print(stdout)
	fmt.Fprint(os.Stderr, stderr)
	if err != nil {
		os.Exit(1)
	}
	if err := writeFake(os.Getenv("FAKE_PYTHON"), f); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

// editPython is the script command `python JSON`: the fake Python with these fields changed.
func editPython(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: python JSON")
	}
	path := ts.Getenv("FAKE_PYTHON")
	f, err := readFake(path)
	ts.Check(err)
	ts.Check(json.Unmarshal([]byte(args[0]), f))
	ts.Check(writeFake(path, f))
}

// writeEnvFile is the script command `envfile FILE LINE...`: a file in which variables stand for values.
func writeEnvFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: envfile FILE LINE...")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(args[1:], "\n")+"\n"), 0o600))
}

var rfc3339 = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// exitCode is the script command `exitcode N PROGRAM ARGS...`: run it, expect that code. Its output
// is in the files stdout.txt and stderr.txt, where NOW stands for times.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N PROGRAM ARGS...")
	}
	got := 0
	var failure *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &failure) {
		got = failure.ExitCode()
	} else {
		ts.Check(err)
	}
	for _, stream := range []string{"stdout", "stderr"} {
		printed := rfc3339.ReplaceAllString(ts.ReadFile(stream), "NOW")
		ts.Check(os.WriteFile(ts.MkAbs(stream+".txt"), []byte(printed), 0o644))
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("got exit code %d, want %s; standard error:\n%s", got, args[0], ts.ReadFile("stderr"))
	}
}

func readFake(path string) (*installtest.Fake, error) {
	f := installtest.NewFake(filepath.Join(filepath.Dir(path), "venv"))
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	f.Packages = nil
	return f, json.Unmarshal(data, f)
}

func writeFake(path string, f *installtest.Fake) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
