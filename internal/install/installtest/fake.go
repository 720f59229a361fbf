package installtest

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Fake is a Python that answers the installer as a real one would. The zero value has neither pip
// nor packages; [NewFake] makes one on which everything works.
type Fake struct {
	// What the probe answers.
	Prefix      string            `json:"prefix"`
	Version     string            `json:"version"`
	Supported   bool              `json:"supported"`
	Packages    map[string]string `json:"packages"`
	Callback    map[string]string `json:"callback"`
	JupyterPath []string          `json:"jupyter_path"`
	Enabled     bool              `json:"enabled"`
	ImportError string            `json:"import_error"`
	Servers     []Server          `json:"servers"`

	// Pip is what pip says on standard error when it fails; "" works.
	Pip string `json:"pip"`
	// Elsewhere makes pip install without this Python finding it, as with a target folder.
	Elsewhere bool `json:"elsewhere"`
	// Silent is a program that is no Python.
	Silent bool `json:"silent"`
	// Calls counts what pip was asked for.
	Calls []string `json:"calls"`
}

// Server is a running Jupyter server.
type Server struct {
	URL    string `json:"url"`
	Socket string `json:"sock"`
}

// What pip prints when it cannot.
const (
	NoPip    = "/fake/python: No module named pip"
	Managed  = "error: externally-managed-environment\n\n× This environment is externally managed"
	NoRights = "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/usr/lib/x'"
)

// NewFake returns a Python with Jupyter Server, anywidget and pip.
func NewFake(prefix string) *Fake {
	return &Fake{
		Prefix:      prefix,
		Version:     "3.12.1",
		Supported:   true,
		Packages:    map[string]string{"jupyter_server": "2.21.1", "anywidget": "0.11.0", "ipywidgets": "8.1.9"},
		JupyterPath: []string{path.Join(prefix, "share/jupyter")},
	}
}

var errExit = errors.New("exit status 1")

// Run does what the Python would do with args.
func (f *Fake) Run(args []string) (stdout, stderr string, err error) {
	switch {
	case f.Silent:
		return "hello\n", "", nil
	case len(args) >= 2 && args[0] == "-c":
		answer, err := json.Marshal(f)
		return "noise of a sitecustomize\n" + string(answer) + "\n", "", err
	case len(args) >= 3 && args[1] == "pip":
		return f.pip(args[2:])
	default:
		return "", fmt.Sprintf("unexpected arguments %q", args), errExit
	}
}

func (f *Fake) pip(args []string) (stdout, stderr string, err error) {
	f.Calls = append(f.Calls, strings.Join(append([]string{"pip"}, args[:len(args)-1]...), " ")+" "+path.Base(args[len(args)-1]))
	if f.Pip != "" {
		return "", f.Pip, errExit
	}
	switch {
	case args[0] == "uninstall":
		f.Callback, f.Enabled = nil, false
	case !f.Elsewhere:
		if f.Callback, err = digests(args[len(args)-1]); err != nil {
			return "", err.Error(), errExit
		}
		f.Enabled = true
	}
	return "", "", nil
}

// digests are the hashes of the files a wheel installs, by base name.
func digests(wheel string) (map[string]string, error) {
	r, err := zip.OpenReader(wheel)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	sums := map[string]string{}
	for _, file := range r.File {
		if strings.Contains(file.Name, ".dist-info/") {
			continue
		}
		body, err := file.Open()
		if err != nil {
			return nil, err
		}
		sum := sha256.New()
		_, err = io.Copy(sum, body)
		if err = errors.Join(err, body.Close()); err != nil {
			return nil, err
		}
		sums[path.Base(file.Name)] = hex.EncodeToString(sum.Sum(nil))
	}
	return sums, nil
}
