package kernel

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

func TestHistory(t *testing.T) {
	var h history
	for i, input := range []string{"1+2+3", `"a"`, "1+2+3", "x := 1\ny", "1+2+3", "é?"} {
		h.add(i+1, input, fmt.Sprint("out ", i+1))
	}
	for _, row := range []struct {
		name string
		q    jupyter.HistoryRequest
		want string // the lines
	}{
		{"tail", jupyter.HistoryRequest{HistAccessType: "tail", N: 2}, "5 6"},
		{"tail of more than there is", jupyter.HistoryRequest{HistAccessType: "tail", N: 100}, "1 2 3 4 5 6"},
		{"tail without number", jupyter.HistoryRequest{HistAccessType: "tail"}, "1 2 3 4 5 6"},
		{"range of this session", jupyter.HistoryRequest{HistAccessType: "range", Session: 0, Start: 2, Stop: 4}, "2 3"},
		{"range by number", jupyter.HistoryRequest{HistAccessType: "range", Session: 1, Start: 3, Stop: 4}, "3"},
		{"range without end", jupyter.HistoryRequest{HistAccessType: "range", Start: 5}, "5 6"},
		{"range of the session before", jupyter.HistoryRequest{HistAccessType: "range", Session: -1, Stop: 4}, ""},
		{"range of another session", jupyter.HistoryRequest{HistAccessType: "range", Session: 7, Stop: 4}, ""},
		{"search", jupyter.HistoryRequest{HistAccessType: "search", Pattern: "1?2*"}, "1 3 5"},
		{"search, the last ones", jupyter.HistoryRequest{HistAccessType: "search", Pattern: "1?2*", N: 2}, "3 5"},
		{"search unique", jupyter.HistoryRequest{HistAccessType: "search", Pattern: "1?2*", Unique: true}, "5"},
		{"search unique, the last ones", jupyter.HistoryRequest{HistAccessType: "search", Pattern: "*", Unique: true, N: 2}, "5 6"},
		{"search over lines", jupyter.HistoryRequest{HistAccessType: "search", Pattern: "x*y"}, "4"},
		{"search for nothing", jupyter.HistoryRequest{HistAccessType: "search"}, ""},
		{"unknown type", jupyter.HistoryRequest{HistAccessType: "all"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			var lines []string
			for _, e := range h.find(row.q) {
				lines = append(lines, fmt.Sprint(e.Line))
				if e.Session != historySession || e.WithOutput {
					t.Errorf("entry %+v", e)
				}
			}
			if got := strings.Join(lines, " "); got != row.want {
				t.Errorf("lines %q, want %q", got, row.want)
			}
		})
	}
	found := h.find(jupyter.HistoryRequest{HistAccessType: "tail", N: 1, Output: true})
	if want := (jupyter.HistoryEntry{Session: 1, Line: 6, Input: "é?", Output: "out 6", WithOutput: true}); found[0] != want {
		t.Errorf("with output %+v, want %+v", found[0], want)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	var h history
	for i := range historyCells + 5 {
		h.add(i, "x", "")
	}
	if got := h.entries; len(got) != historyCells || got[0].Line != 5 {
		t.Errorf("%d entries, the first is line %d", len(got), got[0].Line)
	}
	h.add(1, strings.Repeat("x", historyBytes/2), "")
	h.add(2, strings.Repeat("x", historyBytes/2), "y")
	if len(h.entries) != 1 || h.bytes > historyBytes {
		t.Errorf("%d entries with %d bytes", len(h.entries), h.bytes)
	}
	h.add(3, strings.Repeat("x", historyBytes+1), "")
	if len(h.entries) != 0 || h.bytes != 0 {
		t.Errorf("%d entries with %d bytes", len(h.entries), h.bytes)
	}
}

func TestGlob(t *testing.T) {
	for _, row := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"**", "abc", true}, {"?", "é", true}, {"?", "", false},
		{"a*c", "abc", true}, {"a*c", "abcd", false}, {"a*b*c", "aXbYbZc", true}, {"*a?", "aab", true},
		{"a[b]", "a[b]", true}, {"a[b]", "ab", false}, {`\*`, `\x`, true},
		{strings.Repeat("*a", 40) + "b", strings.Repeat("a", 4000), false}, // in no time
	} {
		if got := glob([]rune(row.pattern), []rune(row.s)); got != row.want {
			t.Errorf("glob(%.20q, %.20q) = %v", row.pattern, row.s, got)
		}
	}
}
