package stdlib_test

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"iter"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	shadowhkdf "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/crypto/hkdf"
	shadowpbkdf2 "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/crypto/pbkdf2"
	shadowsql "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/database/sql"
	shadowerrors "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/errors"
	shadowmaphash "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/hash/maphash"
	shadowmaps "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/maps"
	shadowrand "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/math/rand/v2"
	shadowreflect "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/reflect"
	shadowslices "github.com/ipyauth/ipyauth/internal/engine/stdlib/shadow/slices"
)

// The shadows are Go packages: compiled, they must do what the originals do.

// outcome is what f returned, or what it panicked with.
func outcome(f func() any) (result string) {
	defer func() {
		if p := recover(); p != nil {
			result = fmt.Sprintf("panic %T: %v", p, p)
		}
	}()
	return fmt.Sprint(f())
}

// compare runs f with the original and with the shadow and expects want of both.
func compare[F any](t *testing.T, name, want string, original, shadow F, f func(F) any) {
	t.Helper()
	for who, function := range map[string]F{"original": original, "shadow": shadow} {
		if got := outcome(func() any { return f(function) }); got != want {
			t.Errorf("%s: %s: got %s, want %s", name, who, got, want)
		}
	}
}

func TestAsType(t *testing.T) {
	_, noFile := os.Open("/nosuch/file")
	type asType func(error) (*fs.PathError, bool)
	for name, row := range map[string]struct {
		err  error
		want string
	}{
		"nil":     {nil, "<nil> false"},
		"itself":  {noFile, "open true"},
		"wrapped": {fmt.Errorf("a: %w", noFile), "open true"},
		"joined":  {errors.Join(errors.New("a"), fmt.Errorf("b: %w", noFile)), "open true"},
		"none":    {errors.New("a"), "<nil> false"},
	} {
		compare(t, name, row.want, asType(errors.AsType[*fs.PathError]), asType(shadowerrors.AsType[*fs.PathError]), func(f asType) any {
			err, ok := f(row.err)
			if err == nil {
				return fmt.Sprint(nil, " ", ok)
			}
			return fmt.Sprint(err.Op, " ", ok)
		})
	}
}

type scanner interface{ Scan(any) error }

func TestNull(t *testing.T) {
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, row := range map[string]struct {
		value            any
		original, shadow scanner
		want             string
	}{
		"int":        {int64(7), new(sql.Null[int]), new(shadowsql.Null[int]), "&{7 true} <nil>"},
		"int text":   {[]byte("8"), new(sql.Null[int]), new(shadowsql.Null[int]), "&{8 true} <nil>"},
		"not an int": {"x", new(sql.Null[int]), new(shadowsql.Null[int]), `&{0 true} converting driver.Value type string ("x") to a int: invalid syntax`},
		"too big":    {int64(300), new(sql.Null[int8]), new(shadowsql.Null[int8]), `&{0 true} converting driver.Value type int64 ("300") to a int8: value out of range`},
		"string":     {[]byte("a"), new(sql.Null[string]), new(shadowsql.Null[string]), "&{a true} <nil>"},
		"null":       {nil, &sql.Null[string]{V: "a", Valid: true}, &shadowsql.Null[string]{V: "a", Valid: true}, "&{ false} <nil>"},
		"bool":       {int64(1), new(sql.Null[bool]), new(shadowsql.Null[bool]), "&{true true} <nil>"},
		"time":       {day, new(sql.Null[time.Time]), new(shadowsql.Null[time.Time]), "&{2026-01-02 03:04:05 +0000 UTC true} <nil>"},
		"unfit":      {day, new(sql.Null[int]), new(shadowsql.Null[int]), `&{0 true} converting driver.Value type time.Time ("2026-01-02 03:04:05 +0000 UTC") to a int: invalid syntax`},
		"any":        {"a", new(sql.Null[any]), new(shadowsql.Null[any]), "&{a true} <nil>"},
		"no scan":    {"a", new(sql.Null[struct{}]), new(shadowsql.Null[struct{}]), "&{{} true} unsupported Scan, storing driver.Value type string into type *struct {}"},
	} {
		compare(t, name, row.want, row.original, row.shadow, func(s scanner) any { return fmt.Sprint(s, " ", s.Scan(row.value)) })
	}
	compare(t, "value", "8 <nil>", sql.Null[int8]{V: 8, Valid: true}.Value, shadowsql.Null[int8]{V: 8, Valid: true}.Value, func(f func() (driver.Value, error)) any {
		v, err := f()
		return fmt.Sprint(v, err)
	})
}

func TestRandN(t *testing.T) {
	type n func(time.Duration) time.Duration
	for arg, want := range map[time.Duration]string{1: "0s", 0: "panic string: invalid argument to N", -1: "panic string: invalid argument to N"} {
		compare(t, arg.String(), want, n(rand.N[time.Duration]), n(shadowrand.N[time.Duration]), func(f n) any { return f(arg) })
	}
	seen := map[uint8]bool{}
	for range 10000 {
		seen[shadowrand.N(uint8(4))] = true
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, []uint8{0, 1, 2, 3}) {
		t.Errorf("N(4) gave %v", got)
	}
}

func TestHash(t *testing.T) {
	type point struct {
		x    float64
		name string
	}
	seed := maphash.MakeSeed()
	if a, b := shadowmaphash.Comparable(seed, point{1, "a"}), shadowmaphash.Comparable(seed, point{1, strings.Clone("a")}); a != b {
		t.Errorf("equal values have the hashes %x and %x", a, b)
	}
	if a, b := shadowmaphash.Comparable(seed, point{1, "a"}), shadowmaphash.Comparable(seed, point{1, "b"}); a == b {
		t.Errorf("different values have the hash %x", a)
	}
	if a, b := shadowmaphash.Comparable(seed, math.NaN()), shadowmaphash.Comparable(seed, math.NaN()); a == b {
		t.Errorf("NaNs have the hash %x", a)
	}
	var a, b maphash.Hash
	b.SetSeed(a.Seed())
	shadowmaphash.WriteComparable(&a, 1)
	shadowmaphash.WriteComparable(&b, 2)
	if a.Sum64() == b.Sum64() {
		t.Error("1 and 2 have the same hash")
	}
}

func TestKeys(t *testing.T) {
	type key func() ([]byte, error)
	secret, salt := []byte("secret of some bytes"), []byte("salt of sixteen b")
	for name, row := range map[string]struct{ original, shadow key }{
		"hkdf.Key": {
			func() ([]byte, error) { return hkdf.Key(sha256.New, secret, salt, "info", 40) },
			func() ([]byte, error) { return shadowhkdf.Key(sha256.New, secret, salt, "info", 40) },
		},
		"hkdf.Extract": {
			func() ([]byte, error) { return hkdf.Extract(sha256.New, secret, salt) },
			func() ([]byte, error) { return shadowhkdf.Extract(sha256.New, secret, salt) },
		},
		"hkdf.Expand": {
			func() ([]byte, error) { return hkdf.Expand(sha256.New, secret, "info", 40) },
			func() ([]byte, error) { return shadowhkdf.Expand(sha256.New, secret, "info", 40) },
		},
		"hkdf too long": {
			func() ([]byte, error) { return hkdf.Expand(sha256.New, secret, "info", 1e5) },
			func() ([]byte, error) { return shadowhkdf.Expand(sha256.New, secret, "info", 1e5) },
		},
		"pbkdf2.Key": {
			func() ([]byte, error) { return pbkdf2.Key(sha256.New, "password", salt, 10, 40) },
			func() ([]byte, error) { return shadowpbkdf2.Key(sha256.New, "password", salt, 10, 40) },
		},
	} {
		want, wantErr := row.original()
		got, err := row.shadow()
		if !slices.Equal(got, want) || fmt.Sprint(err) != fmt.Sprint(wantErr) || want == nil && wantErr == nil {
			t.Errorf("%s: got %x, %v, want %x, %v", name, got, err, want, wantErr)
		}
	}
}

func TestClone(t *testing.T) {
	type clone func(map[float64][]int) map[float64][]int
	for name, row := range map[string]struct {
		m    map[float64][]int
		want string
	}{
		"nil":   {nil, "true map[]"},
		"empty": {map[float64][]int{}, "false map[]"},
		"NaN":   {map[float64][]int{math.NaN(): {1}, math.NaN(): {1}, 2: {2}}, "false map[NaN:[1] NaN:[1] 2:[2]]"},
	} {
		compare(t, name, row.want, clone(maps.Clone[map[float64][]int]), clone(shadowmaps.Clone[map[float64][]int]), func(f clone) any {
			c := f(row.m)
			if row.m != nil {
				c[9] = nil
				delete(c, 9)
			}
			return fmt.Sprint(c == nil, c)
		})
	}
}

func TestSlices(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		s := make([]float64, random.IntN(300))
		for i := range s {
			s[i] = float64(random.IntN(100))
			if s[i] == 99 {
				s[i] = math.NaN()
			}
		}
		want, got := slices.Clone(s), slices.Clone(s)
		slices.Sort(want)
		shadowslices.Sort(got)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("sorted %v: got %v", s, got)
		}
		want, got = slices.Clone(s), slices.Clone(s)
		byTens := func(a, b float64) int { return int(a/10) - int(b/10) }
		slices.SortStableFunc(want, byTens)
		shadowslices.SortStableFunc(got, byTens)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("sorted stably %v: got %v", s, got)
		}
	}
	compare(t, "Insert", "[1 9 8 2]", slices.Insert[[]int], shadowslices.Insert[[]int], func(f func([]int, int, ...int) []int) any { return f([]int{1, 2}, 1, 9, 8) })
	compare(t, "Chunk", "panic string: cannot be less than 1", slices.Chunk[[]int], shadowslices.Chunk[[]int], func(f func([]int, int) iter.Seq[[]int]) any { return f(nil, 0) })
}

type named interface{ Name() string }

func TestReflect(t *testing.T) {
	if got := shadowreflect.TypeFor[fs.FileInfo](); got != reflect.TypeFor[fs.FileInfo]() {
		t.Errorf("TypeFor is %v", got)
	}
	var nothing named
	hidden := reflect.ValueOf(struct{ x int }{7}).Field(0)
	type assert func(reflect.Value) (any, bool)
	as := func(v any, ok bool) (any, bool) { return v, ok }
	forInt := [2]assert{
		func(v reflect.Value) (any, bool) { i, ok := reflect.TypeAssert[int](v); return as(i, ok) },
		func(v reflect.Value) (any, bool) { i, ok := shadowreflect.TypeAssert[int](v); return as(i, ok) },
	}
	forNamed := [2]assert{
		func(v reflect.Value) (any, bool) { i, ok := reflect.TypeAssert[named](v); return as(i, ok) },
		func(v reflect.Value) (any, bool) { i, ok := shadowreflect.TypeAssert[named](v); return as(i, ok) },
	}
	for name, row := range map[string]struct {
		v    reflect.Value
		f    [2]assert
		want string
	}{
		"int":           {reflect.ValueOf(7), forInt, "7 true"},
		"string":        {reflect.ValueOf("a"), forInt, "0 false"},
		"int in any":    {reflect.ValueOf([]any{7}).Index(0), forInt, "7 true"},
		"no value":      {reflect.Value{}, forInt, "panic *reflect.ValueError: reflect: call of reflect.TypeAssert on zero Value"},
		"unexported":    {hidden, forInt, "panic string: reflect.TypeAssert: cannot return value obtained from unexported field or method"},
		"no interface":  {reflect.ValueOf(7), forNamed, "<nil> false"},
		"nil interface": {reflect.ValueOf(&nothing).Elem(), forNamed, "<nil> false"},
		"type":          {reflect.ValueOf(reflect.TypeFor[int]()), forNamed, "int true"},
	} {
		compare(t, name, row.want, row.f[0], row.f[1], func(f assert) any {
			v, ok := f(row.v)
			return fmt.Sprint(v, " ", ok)
		})
	}
}
