package idtoken

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseObject(t *testing.T) {
	good := `{"a":1,"b":{"a":[{"a":null}]},"c":"\u00e9"}`
	if m, err := ParseObject([]byte(good)); err != nil || m["a"] != json.Number("1") || len(m) != 3 {
		t.Errorf("ParseObject(%s) = %v, %v", good, m, err)
	}
	// Every kind of value, in the places where they can stand.
	all := "\t{ \"s\" : \"a\\n\\\"\\\\\" ,\"n\":-1.5E+3 , \"t\":true,\"f\" : false,\"z\":null,\"e\":{},\"l\":[ ],\"m\":[1 ,\"\\u00e9\",[null],{\"a\":[]}]}\r\n"
	m, err := ParseObject([]byte(all))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"s": "a\n\"\\", "n": json.Number("-1.5E+3"), "t": true, "f": false, "z": nil, "e": map[string]any{}, "l": []any{},
		"m": []any{json.Number("1"), "\u00e9", []any{nil}, map[string]any{"a": []any{}}},
	}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("got %#v; want %#v", m, want)
	}
	rows := []struct{ name, text string }{
		{"empty", ""}, {"list", "[]"}, {"text", `"x"`}, {"null", "null"}, {"cut", `{"a":1`}, {"cut in a list", `{"a":[`},
		{"more behind", "{}{}"}, {"comma", `{"a":1,}`}, {"invalid UTF-8", "{\"a\":\"\xff\"}"},
		{"C54 name twice", `{"a":1,"a":1}`}, {"C54 name twice by escape", `{"a":1,"\u0061":1}`}, {"C54 nested twice", `{"x":[{"a":1,"a":2}]}`},
		{"C54 case", `{"aud":1,"AUD":1}`}, {"C54 Kelvin sign", `{"k":1,"\u212a":1}`}, {"C54 long s", `{"sub":1,"\u017fub":1}`},
		{"C54 depth of lists", `{"a":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`},
		{"C54 depth of objects", strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20)},
		{"C54 depth of a million", `{"a":` + strings.Repeat("[", 1e6)},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if m, err := ParseObject([]byte(row.text)); err == nil {
				t.Errorf("got %v; want an error", m)
			}
		})
	}
}

// What is accepted reads the same by encoding/json; and it is accepted exactly if it is
// an object in UTF-8 without repeated names, not too deep, as its tokens say.
func FuzzParseObject(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":{"b":[1,2.5e3,"x",true,null]}}`, `{"a":1,"A":2}`, `{"\u0061":1,"a":2}`, `{"a":"\ud800"}`, "{}x", ` { "a" : [ ] , "b" : -0.1E+2 } `} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ours, err := ParseObject(data)
		if want := utf8.Valid(data) && eachNameOnce(data); want != (err == nil) {
			t.Fatalf("accepted: %v (%v); want %v: %q", err == nil, err, want, data)
		}
		if err != nil {
			return
		}
		var theirs map[string]any
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		if err := dec.Decode(&theirs); err != nil {
			t.Fatalf("encoding/json refuses %q: %v", data, err)
		}
		if !reflect.DeepEqual(ours, theirs) {
			t.Fatalf("%q: %v and %v", data, ours, theirs)
		}
	})
}

// eachNameOnce reads tokens by encoding/json: another way to the same answer.
func eachNameOnce(data []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(data))
	var open []map[string]bool // the names of each object around, nil for a list
	name := false              // the next token is a name
	for {
		t, err := dec.Token()
		if err != nil {
			return false
		}
		if text, ok := t.(string); ok && name {
			f := strings.ToLower(strings.ToUpper(text))
			if open[len(open)-1][f] {
				return false
			}
			open[len(open)-1][f], name = true, false
			continue
		}
		switch t {
		case json.Delim('{'):
			open = append(open, map[string]bool{})
		case json.Delim('['):
			open = append(open, nil)
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
		if len(open) > maxDepth {
			return false
		}
		if len(open) == 0 {
			_, err := dec.Token()
			return err == io.EOF && t == json.Delim('}')
		}
		name = open[len(open)-1] != nil
	}
}
