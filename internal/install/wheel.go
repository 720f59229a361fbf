package install

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/ipyauth/ipyauth/callback"
)

// pip's options: no network, no question, no advice about pip itself.
var quietly = []string{"--no-input", "--disable-pip-version-check", "--quiet"}

// installWheel gives p the callback page's wheel, unless it has exactly these files already.
func (s System) installWheel(ctx context.Context, p *python) error {
	if !p.Supported {
		return &Error{
			Message: fmt.Sprintf("%s is Python %s, and the callback page needs 3.10 or newer", p.Path, p.Version),
			Hint:    "name a newer Python that has Jupyter with --python",
			Err:     ErrPython,
		}
	}
	if p.hasCallback() {
		s.Progress("callback page: already up to date in %s", p.Path)
		return nil
	}
	dir, err := os.MkdirTemp("", "ipyauth-")
	if err != nil {
		return fmt.Errorf("callback page: %w", err)
	}
	defer os.RemoveAll(dir)
	name, data := callback.Wheel()
	wheel := filepath.Join(dir, name)
	if err := os.WriteFile(wheel, data, 0o600); err != nil {
		return fmt.Errorf("callback page: %w", err)
	}
	args := append([]string{"-m", "pip", "install", "--no-deps", "--no-index"}, quietly...)
	if p.Callback != nil {
		args = append(args, "--force-reinstall") // the same version may have had other files
	}
	if _, stderr, err := s.Run(ctx, p.Path, append(args, wheel)...); err != nil {
		return pipError(p, "install", stderr, err)
	}
	// pip's own configuration may send it elsewhere (a target folder, another prefix).
	if after, err := s.ask(ctx, p.Path); err != nil {
		return err
	} else if !after.hasCallback() {
		return &Error{
			Message: fmt.Sprintf("pip installed the callback page where %s does not find it", p.Path),
			Hint:    fmt.Sprintf("look for target, prefix or user in what %s -m pip config list prints", shellWord(p.Path)),
			Err:     ErrPython,
		}
	}
	verb := "installed into"
	if p.Callback != nil {
		verb = "brought up to date in"
	}
	s.Progress("callback page: %s %s (%s %s)", verb, p.Path, callback.Distribution, callback.Version)
	return nil
}

// removeWheel takes the wheel away again.
func (s System) removeWheel(ctx context.Context, p *python) error {
	if p.Callback == nil {
		s.Progress("callback page: not installed in %s", p.Path)
		return nil
	}
	args := append([]string{"-m", "pip", "uninstall", "--yes"}, quietly...)
	if _, stderr, err := s.Run(ctx, p.Path, append(args, callback.Distribution)...); err != nil {
		return pipError(p, "uninstall", stderr, err)
	}
	s.Progress("callback page: removed from %s", p.Path)
	return nil
}

// hasCallback tells whether the files p has are the ones this binary carries.
func (p *python) hasCallback() bool {
	files := callback.Files()
	for _, f := range files {
		sum := sha256.Sum256(f.Data)
		if p.Callback[path.Base(f.Name)] != hex.EncodeToString(sum[:]) {
			return false
		}
	}
	return len(p.Callback) == len(files)
}

// reportPackages says whether the packages are there that the wheel was installed without.
func (s System) reportPackages(p *python) {
	var have, missing []string
	for _, name := range []string{"jupyter_server", "anywidget"} {
		if version := p.Packages[name]; version != "" {
			have = append(have, name+" "+version)
		} else {
			missing = append(missing, name)
		}
	}
	if len(have) > 0 {
		s.Progress("%s has %s", p.Path, strings.Join(have, " and "))
	}
	if len(missing) > 0 {
		s.Progress("%s lacks %s; to get it: %s", p.Path, strings.Join(missing, " and "), p.getCommand(missing))
	}
}

// getCommand is the command that gets packages for p.
func (p *python) getCommand(packages []string) string {
	return fmt.Sprintf("%s -m pip install %s", shellWord(p.Path), strings.Join(packages, " "))
}

// shellWord is path as it is to be typed; the double quotes are right for shells of Unix and Windows.
func shellWord(path string) string {
	if strings.Contains(path, " ") {
		return `"` + path + `"`
	}
	return path
}

// pipError makes one sentence of what pip printed. verb is install or uninstall.
func pipError(p *python, verb, stderr string, err error) error {
	again := ", then ipyauth " + verb + " again"
	switch {
	case strings.Contains(stderr, "No module named pip"):
		return &Error{
			Message: fmt.Sprintf("%s has no pip, so the callback page was not %sed", p.Path, verb),
			Hint:    fmt.Sprintf("run %s -m ensurepip%s", shellWord(p.Path), again),
			Err:     ErrNoPip,
		}
	case strings.Contains(stderr, "externally-managed-environment"): // PEP 668
		return &Error{
			Message: fmt.Sprintf("%s belongs to the operating system, which does not let pip change it", p.Path),
			Hint:    "make a virtual environment with Jupyter in it and use ipyauth " + verb + " --prefix with its folder",
			Err:     ErrManaged,
		}
	case strings.Contains(stderr, "Permission denied"), strings.Contains(stderr, "Read-only file system"), strings.Contains(stderr, "Access is denied"):
		return &Error{
			Message: fmt.Sprintf("no right to change the packages of %s", p.Path),
			Hint:    "use a virtual environment of your own with --prefix, or ask who administers this one",
			Err:     ErrNotWritable,
		}
	default:
		return &Error{
			Message: fmt.Sprintf("pip did not %s the callback page: %s", verb, reason(stderr, err)),
			Hint:    fmt.Sprintf("see that %s -m pip works%s", shellWord(p.Path), again),
			Err:     err,
		}
	}
}
