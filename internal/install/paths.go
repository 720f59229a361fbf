package install

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// dataDir returns the Jupyter data folder t names: kernelspecs are in its folder kernels.
// sysPrefix is what the Python answered.
func (s System) dataDir(t Target, sysPrefix string) (string, error) {
	switch {
	case t.Prefix != "":
		prefix, err := filepath.Abs(t.Prefix)
		if err != nil {
			return "", fmt.Errorf("prefix: %w", err)
		}
		return s.join(prefix, "share", "jupyter"), nil
	case t.SysPrefix:
		return s.join(sysPrefix, "share", "jupyter"), nil
	default:
		return s.userDataDir()
	}
}

// userDataDir follows jupyter_core.paths.jupyter_data_dir, the one place Jupyter itself asks.
func (s System) userDataDir() (string, error) {
	if dir := s.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	platformDirs := !slices.Contains([]string{"", "no", "n", "false", "off", "0", "0.0"}, strings.ToLower(s.Getenv("JUPYTER_PLATFORM_DIRS")))
	switch s.OS {
	case "windows":
		if dir := s.Getenv("LOCALAPPDATA"); platformDirs && dir != "" {
			return s.join(dir, "Jupyter"), nil
		}
		if dir := s.Getenv("APPDATA"); !platformDirs && dir != "" {
			return s.join(dir, "jupyter"), nil
		}
		if dir := s.Getenv("JUPYTER_CONFIG_DIR"); dir != "" {
			return s.join(dir, "data"), nil
		}
		return s.belowHome(".jupyter", "data")
	case "darwin":
		if platformDirs {
			return s.belowHome("Library", "Application Support", "Jupyter")
		}
		return s.belowHome("Library", "Jupyter")
	default:
		if dir := s.Getenv("XDG_DATA_HOME"); dir != "" {
			return s.join(dir, "jupyter"), nil
		}
		return s.belowHome(".local", "share", "jupyter")
	}
}

func (s System) belowHome(elem ...string) (string, error) {
	if s.Home == "" {
		return "", &Error{
			Message: "there is no home folder to install into",
			Hint:    "set JUPYTER_DATA_DIR, or use --prefix DIR",
		}
	}
	return s.join(append([]string{s.Home}, elem...)...), nil
}

// join joins with s.OS's separator, so that the rules for every system can be tested on any.
func (s System) join(elem ...string) string {
	if s.OS == "windows" {
		return strings.Join(elem, `\`)
	}
	return strings.Join(elem, "/")
}

// dir is filepath.Dir for s.OS.
func (s System) dir(path string) string {
	separators := "/"
	if s.OS == "windows" {
		separators = `/\`
	}
	i := strings.LastIndexAny(path, separators)
	if i <= 0 {
		return path[:i+1]
	}
	return path[:i]
}

// samePath tells whether two spellings are one folder for s.OS.
func (s System) samePath(a, b string) bool {
	a, b = filepath.Clean(a), filepath.Clean(b)
	return a == b || s.OS == "windows" && strings.EqualFold(a, b)
}
