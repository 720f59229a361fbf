// Package install puts the kernel where Jupyter finds it and the callback page where Jupyter serves
// it, takes both away again, and looks for what is wrong when a sign-in does not work.
//
// [Install] and [Uninstall] are what the commands of the same name do; [Doctor] returns a [Report].
// Nothing here reads flags or the environment: both come in by [System] and [Target].
package install

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ipyauth/ipyauth/callback"
)

// Version is the version of this binary, of the wheel it carries and of the kernel it starts.
const Version = callback.Version

// What an [Error] may wrap.
var (
	ErrNoPython    = errors.New("no Python found")
	ErrPython      = errors.New("this Python cannot be used")
	ErrNoPip       = errors.New("this Python has no pip")
	ErrManaged     = errors.New("this Python is managed by the operating system") // PEP 668
	ErrNotWritable = errors.New("no right to write there")
)

// Error is a refusal somebody can act on: one sentence, and one thing to do.
type Error struct {
	Message string // one sentence, without full stop
	Hint    string // one thing to do
	Err     error  // one of the sentinels, or what went wrong below; may be nil
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// System is what this package needs to know of the machine. The command fills it, tests replace it.
type System struct {
	OS       string                        // as runtime.GOOS spells it
	Home     string                        // the user's home folder, "" when there is none
	Binary   string                        // absolute path of the running ipyauth binary
	Getenv   func(string) string           // environment
	LookPath func(string) (string, error)  // programs on PATH
	Run      Runner                        // nil: [Exec]
	HTTP     *http.Client                  // nil: a client that follows no redirect
	Now      func() time.Time              // nil: time.Now
	Progress func(format string, a ...any) // one line of what was done, without newline; nil: nobody listens
}

// Target is where to install: exactly one of Prefix, User and SysPrefix, and optionally Python.
type Target struct {
	Prefix    string // kernelspec below Prefix/share/jupyter
	User      bool   // kernelspec in the user's Jupyter data folder
	SysPrefix bool   // kernelspec below the sys.prefix of the Python
	Engine    string // what runs the cells of a new kernel, "" for the default
	Python    string // path or name of the Python Jupyter runs on; "" is looked for, see [System.findPython]
}

// Install installs the callback page into Jupyter's Python and then writes the kernelspec, telling
// s.Progress what it did. What is already as it should be is left alone. When it fails on the first
// step nothing has changed. Errors are of type [*Error], or come from the file system.
func Install(ctx context.Context, s System, t Target) error {
	s = s.withDefaults()
	p, err := s.askPython(ctx, t)
	if err != nil {
		return err
	}
	data, err := s.dataDir(t, p.Prefix)
	if err != nil {
		return err
	}
	if err := s.installWheel(ctx, p); err != nil {
		return err
	}
	if err := s.installKernelspec(data, t.Engine); err != nil {
		return err
	}
	if !p.looksIn(s, data) {
		s.Progress("note: the Jupyter of %s does not look in %s: start it with JUPYTER_PATH=%s", p.Path, data, data)
	}
	s.reportPackages(p)
	return nil
}

// Uninstall removes what [Install] with the same target puts there, and nothing else. What is not
// there is no error.
func Uninstall(ctx context.Context, s System, t Target) error {
	s = s.withDefaults()
	p, pythonErr := s.askPython(ctx, t)
	if pythonErr != nil && t.SysPrefix {
		return pythonErr // without it even the kernelspec's place is unknown
	}
	data, err := s.dataDir(t, p.Prefix)
	if err != nil {
		return err
	}
	if err := s.removeKernelspec(data); err != nil {
		return err
	}
	if errors.Is(pythonErr, ErrNoPython) && t.Python == "" {
		s.Progress("callback page: no Python found, so there is none to remove")
		return nil
	}
	if pythonErr != nil {
		return pythonErr
	}
	return s.removeWheel(ctx, p)
}

func (s System) withDefaults() System {
	if s.Run == nil {
		s.Run = Exec
	}
	if s.HTTP == nil {
		s.HTTP = &http.Client{
			Timeout:       5 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Progress == nil {
		s.Progress = func(string, ...any) {}
	}
	return s
}
