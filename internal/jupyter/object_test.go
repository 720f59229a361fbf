package jupyter

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestDeeperThan(t *testing.T) {
	for _, tt := range []struct {
		data string
		want bool // deeper than 3
	}{
		{``, false},
		{`{"a":[[]]}`, false},
		{`{"a":[[[]]]}`, true},
		{`[[[[`, true},
		{`[][][][][]`, false},
		{`]]]][[[`, false},
		{`"[[[["`, false},
		{`"\"[[[["`, false},
		{`"\\"[[[[`, true},
		{`"\\\"[[[["`, false},
		{`"[[[[`, false}, // a string that does not end is for json.Valid to refuse
		{`"\`, false},
	} {
		if got := deeperThan([]byte(tt.data), 3); got != tt.want {
			t.Errorf("deeperThan(%s, 3) = %v", tt.data, got)
		}
	}
}

// FuzzCheckObject: what is accepted is one JSON object, and what encoding/json takes as a shallow one is accepted.
func FuzzCheckObject(f *testing.F) {
	for _, seed := range []string{`{}`, ` {"a":[1,"\""]}`, `[{}]`, `{"a":` + strings.Repeat("[", 600), `{"\\":"]"}`, "{}\n{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var object map[string]json.RawMessage
		isObject := json.Unmarshal(data, &object) == nil && object != nil
		accepted := checkObject(data, len(data)) == nil
		if accepted && !isObject {
			t.Fatalf("accepted %q", data)
		}
		if isObject && !accepted && len(data) < 2*maxDepth {
			t.Fatalf("refused %q", data)
		}
	})
}
