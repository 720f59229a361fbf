package idtoken

import (
	"encoding/json"
	"errors"
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
	// encoding/json says what is JSON; what follows only takes it apart.
	if !json.Valid(data) {
		return nil, errObject
	}
	return parseValid(data)
}

// parseValid is ParseObject for what encoding/json found to be JSON.
func parseValid(data []byte) (map[string]any, error) {
	if !utf8.Valid(data) {
		return nil, errObject
	}
	r := reader{data: string(data)}
	if r.next() != '{' {
		return nil, errObject
	}
	return r.object(1)
}

// reader takes valid JSON apart in one pass. The decoder of encoding/json, asked for
// tokens, takes as long for it as a signature does.
type reader struct {
	data string
	at   int
}

// next passes over white space, commas and colons and returns the byte it stops at.
func (r *reader) next() byte {
	for strings.IndexByte(" \t\r\n,:", r.data[r.at]) >= 0 {
		r.at++
	}
	return r.data[r.at]
}

func (r *reader) object(depth int) (map[string]any, error) {
	r.at++ // {
	object := map[string]any{}
	var folded map[string]bool // the names that are not their own folded form
	for r.next() != '}' {
		name, err := r.text()
		if err != nil {
			return nil, err
		}
		f := fold(name)
		if _, there := object[f]; there || folded[f] {
			return nil, errObject
		}
		if f != name {
			if folded == nil {
				folded = map[string]bool{}
			}
			folded[f] = true
		}
		if object[name], err = r.value(depth); err != nil {
			return nil, err
		}
	}
	r.at++
	return object, nil
}

func (r *reader) list(depth int) ([]any, error) {
	r.at++ // [
	list := []any{}
	for r.next() != ']' {
		v, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	r.at++
	return list, nil
}

func (r *reader) value(depth int) (any, error) {
	first := r.next()
	if (first == '{' || first == '[') && depth >= maxDepth {
		return nil, errObject
	}
	switch first {
	case '{':
		return r.object(depth + 1)
	case '[':
		return r.list(depth + 1)
	case '"':
		return r.text()
	}
	start := r.at
	for strings.IndexByte(" \t\r\n,]}", r.data[r.at]) < 0 {
		r.at++
	}
	switch word := r.data[start:r.at]; word {
	case "null":
		return nil, nil
	case "true", "false":
		return word == "true", nil
	default:
		return json.Number(word), nil
	}
}

// text reads a string; encoding/json undoes the escapes, if there are any.
func (r *reader) text() (string, error) {
	start, escaped := r.at, false
	for r.at++; r.data[r.at] != '"'; r.at++ {
		if r.data[r.at] == '\\' {
			escaped = true
			r.at++
		}
	}
	r.at++
	if !escaped {
		return r.data[start+1 : r.at-1], nil
	}
	var text string
	if err := json.Unmarshal([]byte(r.data[start:r.at]), &text); err != nil {
		return "", errObject
	}
	return text, nil
}

// fold maps names that encoding/json would match with each other to one text.
// The upper-case step catches letters like the long s, whose upper case is S.
func fold(name string) string {
	for i := range len(name) {
		if c := name[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return strings.ToLower(strings.ToUpper(name))
		}
	}
	return name
}
