package stdlib

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"strings"
	"sync"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/ipyauth/ipyauth/internal/engine/stdlib/data"
)

// ErrUnknown is Import's error for a path that is none of Paths.
var ErrUnknown = errors.New("package is not compiled in")

// importer reads export data. Packages refer to each other, so that there is one
// set of them for the process.
type importer struct {
	mu       sync.Mutex
	fset     *token.FileSet
	packages map[string]*types.Package // complete or only mentioned
	done     sync.Map                  // path -> *types.Package, complete
}

func newImporter() *importer {
	return &importer{fset: token.NewFileSet(), packages: map[string]*types.Package{}}
}

var shared = newImporter()

// Import is what the type checker knows of the package with that import path. All
// calls get the same package. The data of an imported package does not change any
// more: what another package could add to it, its own export data had.
func Import(path string) (*types.Package, error) { return shared.load(Resolve(path)) }

func (i *importer) load(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p, ok := i.done.Load(path); ok {
		return p.(*types.Package), nil
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if p, ok := i.done.Load(path); ok {
		return p.(*types.Package), nil
	}
	export, err := exports().read(path)
	if err != nil {
		return nil, fmt.Errorf("import %q: %w", path, err)
	}
	p, err := gcexportdata.Read(bytes.NewReader(export), i.fset, i.packages, path)
	if err != nil {
		return nil, fmt.Errorf("import %q: %w", path, err)
	}
	i.done.Store(path, p)
	return p, nil
}

func hasExport(path string) bool { return exports()[path] != nil }

// archive is what zips contain, by name.
type archive map[string]*zip.File

var (
	exports = sync.OnceValue(func() archive { return open(data.Exports()...) })
	docs    = sync.OnceValue(func() archive { return open(data.Docs) })
)

// open reads the directories of embedded zips. They are whole or the binary is
// broken, which a test would have told.
func open(zips ...string) archive {
	a := archive{}
	for _, text := range zips {
		r, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
		if err != nil {
			panic(fmt.Errorf("open embedded data: %w", err))
		}
		for _, file := range r.File {
			a[file.Name] = file
		}
	}
	return a
}

// read unzips one entry.
func (a archive) read(name string) ([]byte, error) {
	file := a[name]
	if file == nil {
		return nil, ErrUnknown
	}
	r, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("unzip: %w", err)
	}
	defer r.Close()
	unzipped := make([]byte, file.UncompressedSize64)
	if _, err := io.ReadFull(r, unzipped); err != nil {
		return nil, fmt.Errorf("unzip: %w", err)
	}
	return unzipped, nil
}
