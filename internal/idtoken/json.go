package idtoken

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds nesting; real claims have two or three levels.
const maxDepth = 16

// errObject is all ParseObject says: the text may hold secrets.
var errObject = errors.New("not a plain JSON object: one object, each name once, valid UTF-8, at most 16 levels")

// ParseObject decodes one JSON object strictly, numbers as json.Number.
// encoding/json alone takes the last of repeated names, matches names in any
// case and replaces invalid UTF-8: two readers of one document could then see
// different values. So a name that repeats, or differs from another only in
// case, is refused, at every level.
func ParseObject(data []byte) (map[string]any, error) {
	if !utf8.Valid(data) {
		return nil, errObject
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errObject
	}
	object, err := parseMembers(dec, 1)
	if err != nil {
		return nil, errObject
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errObject
	}
	return object, nil
}

func parseMembers(dec *json.Decoder, depth int) (map[string]any, error) {
	object, folded := map[string]any{}, map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name := t.(string) // the decoder allows nothing else before a colon
		f := fold(name)
		if folded[f] {
			return nil, errObject
		}
		folded[f] = true
		if object[name], err = parseValue(dec, depth); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return object, err
}

func parseValue(dec *json.Decoder, depth int) (any, error) {
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	delim, nested := t.(json.Delim)
	if !nested {
		return t, nil
	}
	if depth >= maxDepth {
		return nil, errObject
	}
	if delim == '{' {
		return parseMembers(dec, depth+1)
	}
	list := []any{}
	for dec.More() {
		v, err := parseValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err = dec.Token()
	return list, err
}

// fold maps names that encoding/json would match with each other to one text.
// The upper-case step catches letters like the long s, whose upper case is S.
func fold(name string) string { return strings.ToLower(strings.ToUpper(name)) }
