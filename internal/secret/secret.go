// Package secret holds values that must not be printed by accident.
//
// [New] wraps a value and [String.Reveal] gives it back; every other way of
// looking at a String shows a placeholder. Search for Reveal to find each place
// where a secret leaves its wrapper.
//
// # Security
//
// The value sits in a closure, so printers that reach unexported fields through
// reflection (a struct that holds a String in an unexported field and is
// printed with %+v, spew, an interpreter's value printer) find a function and
// nothing behind it. It is still in the process memory: this package guards
// against accidents, not against code that wants the value.
package secret

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
)

// placeholder is what a String that holds something prints.
const placeholder = "[redacted]"

// String is a string that prints as "[redacted]", or as "" when it is empty, in
// every fmt verb, JSON, text, gob and slog. The zero value is empty. Strings
// are immutable and safe for concurrent use; they can't be compared with ==
// (use [String.Equal]).
type String struct {
	reveal func() string
}

// New wraps s.
func New(s string) String {
	if s == "" {
		return String{}
	}
	return String{reveal: func() string { return s }}
}

// Reveal returns the value itself.
func (s String) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether s holds nothing. encoding/json's omitzero uses it.
func (s String) IsZero() bool { return s.reveal == nil }

// Equal compares two secrets in constant time, whatever their lengths.
func (s String) Equal(t String) bool {
	a, b := sha256.Sum256([]byte(s.Reveal())), sha256.Sum256([]byte(t.Reveal()))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// String returns the placeholder.
func (s String) String() string {
	if s.IsZero() {
		return ""
	}
	return placeholder
}

// Format answers every fmt verb, %x and %d included, with the placeholder.
func (s String) Format(f fmt.State, verb rune) {
	text := s.String()
	if verb == 'q' || verb == 'v' && f.Flag('#') {
		text = strconv.Quote(text)
	}
	// There is nobody to tell about a failed write: fmt's own printing drops it too.
	_, _ = f.Write([]byte(text))
}

// MarshalJSON encodes the placeholder.
func (s String) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText encodes the placeholder; XML, YAML and map keys come this way.
func (s String) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// GobEncode encodes the placeholder.
func (s String) GobEncode() ([]byte, error) { return []byte(s.String()), nil }

// LogValue gives slog the placeholder.
func (s String) LogValue() slog.Value { return slog.StringValue(s.String()) }
