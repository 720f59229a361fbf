package jupyter_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// TestValuesMarshal has what the value types add to encoding/json: no null, and HTML as it is, at any depth.
func TestValuesMarshal(t *testing.T) {
	var (
		noList jupyter.List[string]
		noDict jupyter.Dict[any]
		noRaw  jupyter.Raw
	)
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"nil list", noList, `{"v":[]}`},
		{"empty list", jupyter.List[string]{}, `{"v":[]}`},
		{"list", jupyter.List[string]{"<a>"}, `{"v":["<a>"]}`},
		{"nil dict", noDict, `{"v":{}}`},
		{"empty dict", jupyter.Dict[any]{}, `{"v":{}}`},
		{"dict", jupyter.Dict[any]{"k&": "<a>"}, `{"v":{"k&":"<a>"}}`},
		{"lists in dicts in lists", jupyter.List[jupyter.Dict[jupyter.List[string]]]{{"a": {"<"}}, nil, {"b": nil}}, `{"v":[{"a":["<"]},{},{"b":[]}]}`},
		{"nil raw", noRaw, `{"v":{}}`},
		{"raw null", jupyter.Raw("null"), `{"v":{}}`},
		{"raw", jupyter.Raw(`{ "a": "<" }`), `{"v":{"a":"<"}}`},
		{"zero outcome", jupyter.Outcome(""), `{"v":"ok"}`},
		{"outcome", jupyter.StatusError, `{"v":"error"}`},
		{"text that is not UTF-8", "a\xffb", `{"v":"a\ufffdb"}`},
		{"plain slice inside", jupyter.Dict[any]{"a": []int{1}}, `{"v":{"a":[1]}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(encode(t, "t", map[string]any{"v": tt.value})); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestRawKeepsItsBytes: what a front end sent goes on to a comm's handler as it is, large numbers included.
func TestRawKeepsItsBytes(t *testing.T) {
	in := []byte(`{"comm_id":"c","data":{"n": 12345678901234567890.10, "a" : [ ]}}`)
	var content jupyter.CommMsg
	if err := json.Unmarshal(in, &content); err != nil {
		t.Fatal(err)
	}
	if want := `{"n": 12345678901234567890.10, "a" : [ ]}`; string(content.Data) != want {
		t.Errorf("data is %s, want %s", content.Data, want)
	}
	copy(in, make([]byte, len(in)))
	if content.Data[0] != '{' {
		t.Error("data shares memory with the input")
	}
}

// TestErrorReplyIsNoExecuteReply: the keys of the one must not appear in the other.
func TestErrorReplyIsNoExecuteReply(t *testing.T) {
	keys := func(content any) map[string]bool {
		var object map[string]any
		if err := json.Unmarshal(encode(t, "t", content), &object); err != nil {
			t.Fatal(err)
		}
		set := map[string]bool{}
		for key := range object {
			set[key] = true
		}
		return set
	}
	for name, row := range map[string]struct {
		content any
		want    map[string]bool
	}{
		"ok":              {jupyter.ExecuteReply{}, map[string]bool{"status": true, "execution_count": true, "payload": true, "user_expressions": true}},
		"error":           {jupyter.ErrorReply{ExecutionCount: 1}, map[string]bool{"status": true, "execution_count": true, "ename": true, "evalue": true, "traceback": true}},
		"error elsewhere": {jupyter.ErrorReply{}, map[string]bool{"status": true, "ename": true, "evalue": true, "traceback": true}},
	} {
		if got := keys(row.content); !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s has keys %v, want %v", name, got, row.want)
		}
	}
}

// TestAssignability: a kernel fills contents from plain maps and slices without conversions.
func TestAssignability(t *testing.T) {
	bundle := map[string]any{"text/plain": "2"}
	matches := []string{"Println"}
	reply := jupyter.CompleteReply{Matches: matches, Metadata: bundle}
	result := jupyter.ExecuteResult{Data: bundle, Transient: nil}
	if len(reply.Matches) != 1 || result.Data["text/plain"] != "2" {
		t.Error("values were lost")
	}
	if got := string(encode(t, "t", result)); got != `{"execution_count":0,"data":{"text/plain":"2"},"metadata":{}}` {
		t.Errorf("got %s", got)
	}
}
