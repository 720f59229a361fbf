package kernel

import (
	"bytes"
	"slices"
	"testing"
)

func TestCut(t *testing.T) {
	const mark = "\xffMARK"
	for _, row := range []struct {
		name, data string
		extent     int32
		text, rest string
		found      bool
	}{
		{"plain", "abc", flushNone, "abc", "", false},
		{"nothing", "", flushNone, "", "", false},
		{"unfinished character", "a\xe2\x82", flushNone, "a", "\xe2\x82", false},
		{"finished character", "a\xe2\x82\xac", flushNone, "a\xe2\x82\xac", "", false},
		{"start of four bytes", "\xf0\x9f\x98", flushNone, "", "\xf0\x9f\x98", false},
		{"no UTF-8", "a\x82\x82\x82\x82", flushNone, "a\x82\x82\x82\x82", "", false},
		{"no UTF-8 at the end", "a\xff", flushNone, "a\xff", "", false},
		{"mark nobody expects", "a" + mark, flushNone, "a" + mark, "", false},
		{"mark", "a" + mark, flushText, "a", "", true},
		{"mark alone", mark, flushAll, "", "", true},
		{"text after the mark", "a" + mark + "b", flushText, "a", "b", true},
		{"mark within a character", "a\xe2" + mark + "\x82\xac", flushText, "a", "\xe2\x82\xac", true},
		{"the same at the end of a cell", "a\xe2" + mark + "\x82\xac", flushAll, "a\xe2", "\x82\xac", true},
		{"half a mark", "a\xffMA", flushText, "a", "\xffMA", false},
		{"half a mark after half a character", "a\xe2\xffMA", flushAll, "a", "\xe2\xffMA", false},
		{"no mark after all", "a\xffMAX", flushText, "a\xffMAX", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			text, rest, found := cut([]byte(row.data), []byte(mark), row.extent)
			if string(text) != row.text || string(rest) != row.rest || found != row.found {
				t.Errorf("cut = %q, %q, %v; want %q, %q, %v", text, rest, found, row.text, row.rest, row.found)
			}
		})
	}
}

// However text and marks are torn into reads, the text comes out whole and the
// marks do not.
func FuzzCut(f *testing.F) {
	f.Add([]byte("aé€😀b"), uint(3), uint(2), false)
	f.Add([]byte("\xff\xff\xf0\x9f"), uint(1), uint(4), true)
	f.Fuzz(func(t *testing.T, data []byte, at, step uint, all bool) {
		mark := []byte("\xff\x01\x02\x03MARK")
		if bytes.Contains(data, mark) {
			t.Skip()
		}
		extent := flushText
		if all {
			extent = flushAll
		}
		cutAt := int(at % uint(len(data)+1))
		stream := slices.Concat(data[:cutAt], mark, data[cutAt:])
		size := int(step%16) + 1
		var got, kept []byte
		marks := 0
		for len(stream) > 0 {
			n := min(size, len(stream))
			read := slices.Concat(kept, stream[:n])
			stream = stream[n:]
			text, rest, found := cut(read, mark, extent)
			got = append(got, text...)
			if found {
				marks++
				if all && !bytes.Equal(got, data[:cutAt]) {
					t.Fatalf("at the mark %q was out, want %q", got, data[:cutAt])
				}
				extent = flushNone
				text, rest, _ = cut(rest, nil, flushNone)
				got = append(got, text...)
			}
			kept = slices.Clone(rest)
		}
		if marks != 1 || !bytes.Equal(append(got, kept...), data) {
			t.Errorf("%d marks; text %q, want %q", marks, got, data)
		}
	})
}
