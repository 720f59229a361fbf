package jupyter

import (
	"bytes"
	"encoding/json"
)

// List is a slice that marshals as [] when nil: clients loop over the spec's lists without looking.
type List[T any] []T

// MarshalJSON implements json.Marshaler.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return marshalValue([]T(l))
}

// Dict is a map that marshals as {} when nil.
type Dict[T any] map[string]T

// MarshalJSON implements json.Marshaler.
func (d Dict[T]) MarshalJSON() ([]byte, error) {
	if d == nil {
		return []byte("{}"), nil
	}
	return marshalValue(map[string]T(d))
}

// Raw is JSON kept as it was received, and {} where it was absent or null. The spec wants an object in each
// place where Raw is used; some front ends send other values, which pass.
type Raw json.RawMessage

// MarshalJSON implements json.Marshaler.
func (r Raw) MarshalJSON() ([]byte, error) {
	if len(r) == 0 || string(r) == "null" {
		return []byte("{}"), nil
	}
	return r, nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *Raw) UnmarshalJSON(data []byte) error {
	*r = Raw("{}")
	if string(data) != "null" {
		*r = bytes.Clone(data)
	}
	return nil
}

// Outcome is the status of a reply. Its zero value is StatusOK.
type Outcome string

// The outcomes of the spec's "Request-Reply"; a third, "aborted", is deprecated in favour of "error".
const (
	StatusOK    Outcome = "ok"
	StatusError Outcome = "error"
)

// MarshalJSON implements json.Marshaler.
func (o Outcome) MarshalJSON() ([]byte, error) {
	if o == "" {
		o = StatusOK
	}
	return json.Marshal(string(o))
}

// marshalValue is json.Marshal without its escaping of <, > and &, which notebooks are full of.
func marshalValue(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
