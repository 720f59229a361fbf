package params

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// inFolder is where a file is whose name was given: in folder, unless the name says.
func inFolder(folder, file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(folder, file)
}

// unreadable says why a file can't be read, and what to do.
type unreadable struct {
	text, next string
	cause      error
}

// readRegular reads a regular file of at most limit bytes, a multiple of 1024.
func readRegular(path string, limit int64) ([]byte, *unreadable) {
	tooLarge := &unreadable{text: "is larger than " + strconv.FormatInt(limit>>10, 10) + " kB", next: "name a smaller file"}
	noAccess := func(err error) *unreadable {
		return &unreadable{text: "can't be read", next: "check the file and its permissions", cause: err}
	}
	// Looked at before it is opened: opening a FIFO would wait for its writer.
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, noAccess(err)
	case !info.Mode().IsRegular():
		return nil, &unreadable{text: "is not a regular file", next: "name a text file"}
	case info.Size() > limit:
		return nil, tooLarge
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, noAccess(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, noAccess(err)
	case int64(len(data)) > limit: // some files have no size to ask for
		return nil, tooLarge
	}
	return data, nil
}
