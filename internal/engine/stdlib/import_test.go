package stdlib

import (
	"go/types"
	"slices"
	"sync"
	"testing"
)

// An imported package must not change while others are read: the race detector looks.
func TestImportFromSeveralGoroutines(t *testing.T) {
	fresh := newImporter()
	var wg sync.WaitGroup
	for start := range 4 {
		wg.Go(func() {
			paths := slices.Clone(Paths())
			if start%2 == 1 {
				slices.Reverse(paths)
			}
			for _, path := range slices.Concat(paths[start*40:], paths[:start*40]) {
				p, err := fresh.load(Resolve(path))
				if err != nil {
					t.Errorf("import %q: %v", path, err)
					return
				}
				for _, name := range p.Scope().Names() {
					types.NewMethodSet(p.Scope().Lookup(name).Type())
				}
			}
		})
	}
	wg.Wait()
}

// What a package has does not depend on what was imported before it.
func TestImportInAnyOrder(t *testing.T) {
	forth, back := newImporter(), newImporter()
	paths := slices.Clone(Paths())
	for _, path := range paths {
		if _, err := forth.load(Resolve(path)); err != nil {
			t.Fatal(err)
		}
	}
	slices.Reverse(paths)
	for _, path := range paths {
		if _, err := back.load(Resolve(path)); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range paths {
		a, _ := forth.load(Resolve(path))
		b, _ := back.load(Resolve(path))
		if !slices.Equal(a.Scope().Names(), b.Scope().Names()) {
			t.Errorf("%s has %d or %d names", path, a.Scope().Len(), b.Scope().Len())
		}
		for _, name := range a.Scope().Names() {
			if got, want := b.Scope().Lookup(name).String(), a.Scope().Lookup(name).String(); got != want {
				t.Errorf("%s.%s is %s or %s", path, name, got, want)
			}
		}
	}
}

func BenchmarkImport(b *testing.B) {
	for range b.N {
		fresh := newImporter()
		for _, path := range []string{"fmt", "encoding/json", "net/http"} {
			if _, err := fresh.load(path); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportAllocs()
}
