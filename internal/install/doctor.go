package install

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Status is how a check went.
type Status string

// What a check can say. Only Failed makes the report fail.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Failed  Status = "failed"
	Skipped Status = "skipped"
)

// Check is one thing the doctor looked at.
type Check struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	Text   string `json:"text"`           // what was found
	Why    string `json:"why,omitempty"`  // what follows from it, when it is not good
	Next   string `json:"next,omitempty"` // the one thing to do, when it is not good
}

// Report is what [Doctor] found. Its JSON form is what ipyauth doctor --json prints.
type Report struct {
	Version string  `json:"version"`
	Checks  []Check `json:"checks"`
	// RedirectURIs are to be registered at the provider exactly as they are: one for each running
	// Jupyter server, or the one of a server with default settings.
	RedirectURIs []string `json:"redirect_uris"`
}

// Failures counts the checks that failed.
func (r *Report) Failures() int {
	n := 0
	for _, c := range r.Checks {
		if c.Status == Failed {
			n++
		}
	}
	return n
}

// defaultRedirectURI is where a Jupyter server with default settings has the callback page.
const defaultRedirectURI = "http://localhost:8888/callback/"

// released is a day before this version was made: a clock that shows an earlier one is wrong.
var released = time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC)

// Doctor looks at the installation for t, of which only Prefix and Python are read, and at the running
// Jupyter servers. It changes nothing and prints nothing; what is wrong is in the report, not an error.
func Doctor(ctx context.Context, s System, t Target) *Report {
	s = s.withDefaults()
	r := &Report{Version: Version}
	p, err := s.askPython(ctx, t, "doctor")
	r.Checks = append(r.Checks, checkPython(p, err), s.checkKernelspec(ctx, t, p))
	if err == nil {
		r.Checks = append(r.Checks, checkPackage(p, "jupyter_server"), checkPackage(p, "anywidget"), checkPackage(p, "ipywidgets"), checkCallback(p, installCommand(t, p)))
	}
	routes, uris := s.checkServers(ctx, p)
	r.Checks = append(append(r.Checks, routes...), s.checkClock())
	r.RedirectURIs = uris
	return r
}

func checkPython(p *python, err error) Check {
	c := Check{Name: "python", Status: OK, Text: fmt.Sprintf("%s is Python %s", p.Path, p.Version)}
	var refusal *Error
	switch {
	case errors.As(err, &refusal):
		c = Check{c.Name, Failed, refusal.Message, "the callback page and the widget live in Jupyter's Python", refusal.Hint}
	case err != nil:
		c = Check{c.Name, Failed, err.Error(), "the callback page and the widget live in Jupyter's Python", "name the Python that Jupyter runs on with --python"}
	case !p.Supported:
		c.Status = Failed
		c.Why = "the callback page needs Python 3.10 or newer"
		c.Next = "name a newer Python that has Jupyter with --python"
	}
	return c
}

func checkPackage(p *python, name string) Check {
	if version := p.Packages[name]; version != "" {
		return Check{Name: name, Status: OK, Text: version}
	}
	why := "without it the notebook cannot show the widget"
	if name == "jupyter_server" {
		why = "without it there is no server for the callback page"
	}
	return Check{name, Failed, "not installed in " + p.Path, why, p.getCommand([]string{name})}
}

func checkCallback(p *python, repair string) Check {
	c := Check{Name: "callback", Status: Failed, Why: "without it a sign-in ends on a page of Jupyter that says 404", Next: "run " + repair}
	switch {
	case p.Callback == nil:
		c.Text = "the callback page is not installed in " + p.Path
	case !p.hasCallback():
		c.Text = "the callback page in " + p.Path + " is not the one of this ipyauth"
		c.Why = "the page and the kernel may not understand each other"
	case p.Packages["jupyter_server"] == "":
		return Check{Name: c.Name, Status: Skipped, Text: "installed, but there is no jupyter_server to ask"}
	case p.ImportError != "":
		c.Text = "the callback page's module cannot be imported: " + p.ImportError
	case !p.Enabled:
		c.Text = "the callback page is installed, but Jupyter's configuration does not enable it"
		c.Next = fmt.Sprintf("run %s -m jupyter server extension enable ipyauth_callback", shellWord(p.Path))
	default:
		return Check{Name: c.Name, Status: OK, Text: "installed and enabled in " + p.Path}
	}
	return c
}

// checkKernelspec looks where p's Jupyter would, and where t's install would have put it.
func (s System) checkKernelspec(ctx context.Context, t Target, p *python) Check {
	c := Check{Name: "kernelspec", Status: Failed, Why: "Jupyter cannot start the kernel", Next: "run " + installCommand(t, p)}
	places, err := s.kernelspecPlaces(t, p)
	if err != nil {
		c.Text = err.Error()
		return c
	}
	for _, data := range places {
		path := filepath.Join(data, "kernels", KernelName, "kernel.json")
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var spec kernelspec
		if err == nil {
			err = json.Unmarshal(content, &spec)
		}
		if err != nil || len(spec.Argv) == 0 {
			c.Text = path + " is not a kernelspec"
			return c
		}
		return s.checkBinary(ctx, c, path, spec.Argv[0])
	}
	c.Text = "there is none in " + strings.Join(places, ", ")
	return c
}

// checkBinary completes c: does binary, which the kernelspec at path starts, exist and is it of this
// version?
func (s System) checkBinary(ctx context.Context, c Check, path, binary string) Check {
	if _, err := s.LookPath(binary); err != nil {
		c.Text = fmt.Sprintf("%s starts %s, which is not there", path, binary)
		return c
	}
	version := Version
	if !s.samePath(binary, s.Binary) {
		// "ipyauth VERSION ..."
		stdout, _, err := s.Run(ctx, binary, "version")
		words := strings.Fields(stdout)
		if err != nil || len(words) < 2 || words[0] != "ipyauth" {
			c.Text = fmt.Sprintf("%s starts %s, which is not ipyauth", path, binary)
			return c
		}
		version = words[1]
	}
	if version != Version {
		c.Text = fmt.Sprintf("%s starts %s, which is version %s; this is %s", path, binary, version, Version)
		c.Why = "the kernel and the callback page may not understand each other"
		return c
	}
	return Check{Name: c.Name, Status: OK, Text: fmt.Sprintf("%s starts %s", path, binary)}
}

// kernelspecPlaces lists the data folders to look in, best first.
func (s System) kernelspecPlaces(t Target, p *python) ([]string, error) {
	if t.Prefix != "" {
		data, err := s.dataDir(t, "")
		return []string{data}, err
	}
	if len(p.JupyterPath) > 0 {
		return p.JupyterPath, nil
	}
	data, err := s.userDataDir()
	return []string{data}, err
}

// installCommand is what puts right what t's installation lacks.
func installCommand(t Target, p *python) string {
	command := "ipyauth install"
	switch {
	case t.Prefix != "":
		command += " --prefix " + shellWord(t.Prefix)
	case p.Prefix != "":
		return command + " --sys-prefix --python " + shellWord(p.Path)
	default:
		command += " --user"
	}
	if t.Python != "" {
		command += " --python " + shellWord(t.Python)
	}
	return command
}

func (s System) checkClock() Check {
	now := s.Now()
	c := Check{Name: "clock", Status: OK, Text: now.UTC().Format(time.RFC3339)}
	if now.Before(released) {
		c.Status = Failed
		c.Text += fmt.Sprintf(" is before this ipyauth was made (%s)", released.Format(time.DateOnly))
		c.Why = "tokens would be taken for not yet valid"
		c.Next = "set the machine's clock"
	}
	return c
}
