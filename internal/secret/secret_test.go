package secret_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/secret"
)

const canary = "canary-5f2b-value"

// The outer types hold the secret the ways callers do. fmt can't call methods
// on unexported fields, so those are the rows that leak from a careless type.
type exported struct{ Token secret.String }
type unexported struct {
	name  string
	token secret.String
}
type nested struct{ list []unexported }

func TestPrintedFormsAreRedacted(t *testing.T) {
	s := secret.New(canary)
	holders := map[string]any{
		"value":              s,
		"pointer":            &s,
		"exported field":     exported{s},
		"unexported field":   unexported{"n", s},
		"pointer to struct":  &unexported{"n", s},
		"slice in a struct":  nested{[]unexported{{"n", s}}},
		"map value":          map[string]secret.String{"k": s},
		"interface in slice": []any{s, &s},
	}
	verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10s", "%-20v", "%e", "%c", "%U", "%w"}
	for name, holder := range holders {
		for _, verb := range verbs {
			t.Run("E73 "+name+" "+verb, func(t *testing.T) {
				clean(t, fmt.Sprintf(verb, holder))
			})
		}
	}
}

func TestEncodersAreRedacted(t *testing.T) {
	s := secret.New(canary)
	encoders := map[string]func() (string, error){
		"json":         func() (string, error) { b, err := json.Marshal(exported{s}); return string(b), err },
		"json map key": func() (string, error) { b, err := json.Marshal(map[string]any{"a": &s}); return string(b), err },
		"xml":          func() (string, error) { b, err := xml.Marshal(exported{s}); return string(b), err },
		"text":         func() (string, error) { b, err := s.MarshalText(); return string(b), err },
		"gob": func() (string, error) {
			var buf bytes.Buffer
			err := gob.NewEncoder(&buf).Encode(exported{s})
			return buf.String(), err
		},
		"slog text": func() (string, error) {
			var buf bytes.Buffer
			slog.New(slog.NewTextHandler(&buf, nil)).Info("m", "token", s, "in", exported{s})
			return buf.String(), nil
		},
		"slog json": func() (string, error) {
			var buf bytes.Buffer
			slog.New(slog.NewJSONHandler(&buf, nil)).Info("m", "token", s, "in", exported{s})
			return buf.String(), nil
		},
		"error chain": func() (string, error) {
			return errors.Join(fmt.Errorf("a: %v", s), fmt.Errorf("b: %s", s)).Error(), nil
		},
		"panic value": func() (text string, err error) {
			defer func() { text = fmt.Sprint(recover()) }()
			panic(unexported{"n", s})
		},
	}
	for name, encode := range encoders {
		t.Run("E73 "+name, func(t *testing.T) {
			got, err := encode()
			if err != nil {
				t.Fatal(err)
			}
			clean(t, got)
			if !strings.Contains(got, "[redacted]") && name != "panic value" {
				t.Errorf("got %q; want the placeholder in it", got)
			}
		})
	}
}

// Printers of other packages walk fields by reflection, unsafe pointers
// included: no string may be reachable.
func TestReflectionFindsNoString(t *testing.T) {
	v := reflect.ValueOf(secret.New(canary))
	for i := range v.NumField() {
		if kind := v.Field(i).Kind(); kind != reflect.Func {
			t.Errorf("field %d is a %v; want a func, which printers can't look into", i, kind)
		}
	}
	if reflect.TypeFor[secret.String]().Comparable() {
		t.Error("String is comparable with ==; want Equal to be the only way")
	}
}

func TestEmptyPrintsNothing(t *testing.T) {
	for _, s := range []secret.String{{}, secret.New("")} {
		if got := fmt.Sprintf("%v|%s|%q", s, s, s); got != `||""` {
			t.Errorf("got %s; want ||\"\"", got)
		}
		if b, err := json.Marshal(s); err != nil || string(b) != `""` {
			t.Errorf("json = %s, %v; want \"\"", b, err)
		}
		if !s.IsZero() || s.Reveal() != "" {
			t.Error("empty secret is not zero")
		}
	}
}

func TestEqualAndReveal(t *testing.T) {
	rows := []struct {
		name string
		a, b string
		want bool
	}{
		{"same", canary, canary, true},
		{"both empty", "", "", true},
		{"one empty", canary, "", false},
		{"prefix", canary, canary[:5], false},
		{"other of the same length", "aaaa", "aaab", false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			a, b := secret.New(row.a), secret.New(row.b)
			if got := a.Equal(b); got != row.want {
				t.Errorf("Equal = %v; want %v", got, row.want)
			}
			if a.Reveal() != row.a {
				t.Error("Reveal does not give the value back")
			}
		})
	}
}

// clean fails when the secret, a part of it or its hexadecimal form shows.
func clean(t *testing.T, got string) {
	t.Helper()
	for _, bad := range []string{canary, canary[:6], fmt.Sprintf("%x", canary)[:12]} {
		if strings.Contains(strings.ToLower(got), bad) {
			t.Errorf("printed form %q shows the secret", got)
		}
	}
}
