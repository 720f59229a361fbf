package jupyter_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

var update = flag.Bool("update", false, "write the golden files")

// contents has one filled value for the content of every message type. Its zero value is tested with it.
var contents = map[string]any{
	jupyter.TypeExecuteRequest: jupyter.ExecuteRequest{
		Code: "a < b && c", Silent: false, StoreHistory: true, UserExpressions: map[string]string{"v": "1+1"}, AllowStdin: true, StopOnError: true,
	},
	jupyter.TypeExecuteReply: jupyter.ExecuteReply{
		Status: jupyter.StatusOK, ExecutionCount: 3, Payload: []any{map[string]any{"source": "page"}}, UserExpressions: map[string]any{"v": map[string]any{"status": "ok"}},
	},
	jupyter.TypeInspectRequest: jupyter.InspectRequest{Code: "fmt.Println", CursorPos: 5, DetailLevel: 1},
	jupyter.TypeInspectReply: jupyter.InspectReply{
		Status: jupyter.StatusOK, Found: true, Data: map[string]any{"text/plain": "func Println"}, Metadata: map[string]any{"text/plain": map[string]any{"a": "b"}},
	},
	jupyter.TypeCompleteRequest: jupyter.CompleteRequest{Code: "fmt.Pr", CursorPos: 6},
	jupyter.TypeCompleteReply: jupyter.CompleteReply{
		Status: jupyter.StatusOK, Matches: []string{"Print", "Println"}, CursorStart: 4, CursorEnd: 6, Metadata: map[string]any{"_jupyter_types_experimental": "x"},
	},
	jupyter.TypeHistoryRequest: jupyter.HistoryRequest{
		Output: true, Raw: true, HistAccessType: jupyter.HistorySearch, Session: -1, Start: 1, Stop: 9, N: 5, Pattern: "fmt*", Unique: true,
	},
	jupyter.TypeHistoryReply: jupyter.HistoryReply{Status: jupyter.StatusOK, History: []jupyter.HistoryEntry{
		{Session: 0, Line: 1, Input: "1+1"},
		{Session: 0, Line: 2, Input: "2+2", Output: "4", WithOutput: true},
		{Session: 0, Line: 3, Input: "x := 1", WithOutput: true},
	}},
	jupyter.TypeIsCompleteRequest: jupyter.IsCompleteRequest{Code: "for {"},
	jupyter.TypeIsCompleteReply:   jupyter.IsCompleteReply{Status: jupyter.CodeIncomplete, Indent: "\t"},
	jupyter.TypeKernelInfoRequest: jupyter.KernelInfoRequest{},
	jupyter.TypeKernelInfoReply: jupyter.KernelInfoReply{
		Status: jupyter.StatusOK, ProtocolVersion: jupyter.ProtocolVersion, Implementation: "ipyauth", ImplementationVersion: "0.1.0",
		LanguageInfo: jupyter.LanguageInfo{
			Name: "go", Version: "1.26", MIMEType: "text/x-go", FileExtension: ".go", PygmentsLexer: "go", CodeMirrorMode: "go", NBConvertExporter: "script",
		},
		Banner: "Go", HelpLinks: []jupyter.HelpLink{{Text: "Go", URL: "https://go.dev"}}, SupportedFeatures: []string{"debugger"},
	},
	jupyter.TypeCommInfoRequest: jupyter.CommInfoRequest{TargetName: "jupyter.widget"},
	jupyter.TypeCommInfoReply: jupyter.CommInfoReply{
		Status: jupyter.StatusOK, Comms: map[string]jupyter.CommInfo{"c1": {TargetName: "jupyter.widget"}},
	},
	jupyter.TypeShutdownRequest:  jupyter.ShutdownRequest{Restart: true},
	jupyter.TypeShutdownReply:    jupyter.ShutdownReply{Status: jupyter.StatusOK, Restart: true},
	jupyter.TypeInterruptRequest: jupyter.InterruptRequest{},
	jupyter.TypeInterruptReply:   jupyter.InterruptReply{Status: jupyter.StatusOK},
	jupyter.TypeCommOpen: jupyter.CommOpen{
		CommID: "c1", TargetName: "jupyter.widget", TargetModule: "m", Data: jupyter.Raw(`{"state":{},"buffer_paths":[]}`),
	},
	jupyter.TypeCommMsg:      jupyter.CommMsg{CommID: "c1", Data: jupyter.Raw(`{"method":"custom","content":{"type":"<b>"}}`)},
	jupyter.TypeCommClose:    jupyter.CommClose{CommID: "c1", Data: jupyter.Raw(`{"a":1}`)},
	jupyter.TypeInputRequest: jupyter.InputRequest{Prompt: "Name: ", Password: true},
	jupyter.TypeInputReply:   jupyter.InputReply{Status: jupyter.StatusOK, Value: "me"},
	jupyter.TypeStream:       jupyter.Stream{Name: jupyter.Stdout, Text: "a < b & c\n"},
	jupyter.TypeDisplayData: jupyter.DisplayData{
		Data: map[string]any{"text/html": "<b>1</b>"}, Metadata: map[string]any{"text/html": map[string]any{"isolated": true}}, Transient: map[string]any{"display_id": "d1"},
	},
	jupyter.TypeUpdateDisplayData: jupyter.UpdateDisplayData{
		Data: map[string]any{"text/html": "<b>2</b>"}, Metadata: map[string]any{}, Transient: map[string]any{"display_id": "d1"},
	},
	jupyter.TypeExecuteInput: jupyter.ExecuteInput{Code: "1+1", ExecutionCount: 3},
	jupyter.TypeExecuteResult: jupyter.ExecuteResult{
		ExecutionCount: 3, Data: map[string]any{"text/plain": "2"}, Metadata: map[string]any{"a": "b"}, Transient: map[string]any{"display_id": "d1"},
	},
	jupyter.TypeError:        jupyter.ErrorContent{EName: "ErrDenied", EValue: "no", Traceback: []string{"\x1b[31mErrDenied\x1b[0m: no"}},
	jupyter.TypeStatus:       jupyter.Status{ExecutionState: jupyter.StateBusy},
	jupyter.TypeClearOutput:  jupyter.ClearOutput{Wait: true},
	jupyter.TypeIOPubWelcome: jupyter.IOPubWelcome{Subscription: "topic"},
	// Not a type of its own: the reply to any request that failed.
	"error_reply": jupyter.ErrorReply{
		ErrorContent: jupyter.ErrorContent{EName: "ErrDenied", EValue: "no", Traceback: []string{"line 1", "line 2"}}, ExecutionCount: 3,
	},
}

// TestMessages compares the JSON of each content, zero and filled, with a golden file, and reads the filled one back.
func TestMessages(t *testing.T) {
	for name, full := range contents {
		t.Run(name, func(t *testing.T) {
			kind := reflect.TypeOf(full)
			zero := encode(t, name, reflect.Zero(kind).Interface())
			filled := encode(t, name, full)
			if bytes.Contains(zero, []byte("null")) {
				t.Errorf("the zero value has a null: %s", zero)
			}
			var golden bytes.Buffer
			if err := json.Indent(&golden, []byte(`{"zero":`+string(zero)+`,"filled":`+string(filled)+`}`), "", "  "); err != nil {
				t.Fatal(err)
			}
			golden.WriteByte('\n')
			compareGolden(t, filepath.Join("testdata", "messages", name+".json"), golden.Bytes())

			again := reflect.New(kind)
			m := &jupyter.Message{Header: jupyter.Header{MsgType: name}, Content: filled}
			if err := m.Decode(again.Interface()); err != nil {
				t.Fatal(err)
			}
			if got := again.Elem().Interface(); !reflect.DeepEqual(got, full) {
				t.Errorf("read back as %+v\nwant %+v", got, full)
			}
		})
	}
}

// encode takes content the way of the kernel: through a session's message.
func encode(t *testing.T, msgType string, content any) []byte {
	t.Helper()
	m, err := jupyter.NewSession().NewMessage(msgType, nil, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m.Content
}

func compareGolden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got\n%s", path, got)
	}
}

// TestEveryTypeHasContent: a constant added to msgtype.go needs a row in contents, and no golden file outlives its row.
func TestEveryTypeHasContent(t *testing.T) {
	source, err := os.ReadFile("msgtype.go")
	if err != nil {
		t.Fatal(err)
	}
	types := regexp.MustCompile(`= "([a-z_]+)"`).FindAllSubmatch(source, -1)
	for _, match := range types {
		if contents[string(match[1])] == nil {
			t.Errorf("%s has no row in contents", match[1])
		}
	}
	if len(types)+1 != len(contents) {
		t.Errorf("%d message types, %d rows", len(types), len(contents))
	}
	files, err := filepath.Glob("testdata/messages/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if contents[strings.TrimSuffix(filepath.Base(file), ".json")] == nil {
			t.Errorf("%s belongs to no row", file)
		}
	}
}

// TestDefaults has what requests mean when keys are absent, null or odd.
func TestDefaults(t *testing.T) {
	type raw = jupyter.Raw
	tests := []struct {
		name, content string
		want          any
	}{
		{"execute_request, empty", `{}`, jupyter.ExecuteRequest{StoreHistory: true, StopOnError: true}},
		{"execute_request, nulls", `{"code":null,"silent":null,"store_history":null,"user_expressions":null,"stop_on_error":null}`,
			jupyter.ExecuteRequest{StoreHistory: true, StopOnError: true}},
		{"execute_request, silent", `{"silent":true}`, jupyter.ExecuteRequest{Silent: true, StopOnError: true}},
		{"execute_request, silent overrules store_history", `{"silent":true,"store_history":true}`, jupyter.ExecuteRequest{Silent: true, StopOnError: true}},
		{"execute_request, all off", `{"store_history":false,"stop_on_error":false}`, jupyter.ExecuteRequest{}},
		{"execute_request, unknown key", `{"code":"1","cell_id":{"a":[]}}`, jupyter.ExecuteRequest{Code: "1", StoreHistory: true, StopOnError: true}},
		{"complete_request, no cursor", `{"code":"é日a"}`, jupyter.CompleteRequest{Code: "é日a", CursorPos: 3}},
		{"complete_request, cursor null", `{"code":"é日a","cursor_pos":null}`, jupyter.CompleteRequest{Code: "é日a", CursorPos: 3}},
		{"complete_request, cursor in code points", `{"code":"é日a","cursor_pos":2}`, jupyter.CompleteRequest{Code: "é日a", CursorPos: 2}},
		{"complete_request, cursor past the end", `{"code":"é日a","cursor_pos":99}`, jupyter.CompleteRequest{Code: "é日a", CursorPos: 3}},
		{"complete_request, negative cursor", `{"code":"abc","cursor_pos":-1}`, jupyter.CompleteRequest{Code: "abc"}},
		{"inspect_request, no cursor", `{"code":"abc"}`, jupyter.InspectRequest{Code: "abc", CursorPos: 3}},
		{"inspect_request, cursor past the end", `{"code":"abc","cursor_pos":4,"detail_level":1}`, jupyter.InspectRequest{Code: "abc", CursorPos: 3, DetailLevel: 1}},
		{"comm_open, no data", `{"comm_id":"c","target_name":"t","target_module":null}`, jupyter.CommOpen{CommID: "c", TargetName: "t"}},
		{"comm_msg, data null", `{"comm_id":"c","data":null}`, jupyter.CommMsg{CommID: "c", Data: raw(`{}`)}},
		{"comm_msg, data is no object", `{"comm_id":"c","data": [1, 2]}`, jupyter.CommMsg{CommID: "c", Data: raw(`[1, 2]`)}},
		{"comm_info_request, target null", `{"target_name":null}`, jupyter.CommInfoRequest{}},
		{"history_request, nulls", `{"hist_access_type":"tail","n":10,"stop":null}`, jupyter.HistoryRequest{HistAccessType: "tail", N: 10}},
		{"input_reply", `{"value":"x"}`, jupyter.InputReply{Value: "x"}},
		{"nothing at all", ``, jupyter.ShutdownRequest{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := reflect.New(reflect.TypeOf(tt.want))
			m := &jupyter.Message{Content: json.RawMessage(tt.content)}
			if err := m.Decode(got.Interface()); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.Elem().Interface(), tt.want) {
				t.Errorf("got %+v, want %+v", got.Elem().Interface(), tt.want)
			}
		})
	}
}

// TestDecodeErrors: the error names type and key, and holds nothing of the content.
func TestDecodeErrors(t *testing.T) {
	tests := []struct {
		msgType, content string
		into             any
		want             string
	}{
		{"execute_request", `["secret"]`, new(jupyter.ExecuteRequest), `"execute_request" content: is a JSON array`},
		{"execute_request", `{"code":42}`, new(jupyter.ExecuteRequest), `"execute_request" content: key code is a JSON number`},
		{"execute_request", `{"silent":"yes"}`, new(jupyter.ExecuteRequest), `"execute_request" content: key silent is a JSON string`},
		{"execute_request", `{"user_expressions":{"a":["secret"]}}`, new(jupyter.ExecuteRequest), `"execute_request" content: key user_expressions is a JSON array`},
		{"complete_request", `{"cursor_pos":1.5}`, new(jupyter.CompleteRequest), `"complete_request" content: key cursor_pos is a JSON number`},
		{"inspect_request", `{"detail_level":{}}`, new(jupyter.InspectRequest), `"inspect_request" content: key detail_level is a JSON object`},
		{"comm_msg", `{"comm_id":true}`, new(jupyter.CommMsg), `"comm_msg" content: key comm_id is a JSON bool`},
		{"history_reply", `{"history":[[1,2]]}`, new(jupyter.HistoryReply), `"history_reply" content: list of 2 values instead of 3`},
		{"history_reply", `{"history":[[1,2,["a"]]]}`, new(jupyter.HistoryReply), `"history_reply" content: list of 1 values instead of 2`},
		{"history_reply", `{"history":[[1,2,3]]}`, new(jupyter.HistoryReply), `"history_reply" content: key history is a JSON number`},
		{"history_reply", `{"history":[["a",2,"b"]]}`, new(jupyter.HistoryReply), `"history_reply" content: key history is a JSON string`},
		{"history_reply", `{"history":[{}]}`, new(jupyter.HistoryReply), `"history_reply" content: key history is a JSON object`},
		{"execute_reply", `{"ename":1}`, new(jupyter.ErrorReply), `"execute_reply" content: key ename is a JSON number`},
		{"shutdown_request", `{"restart"`, new(jupyter.ShutdownRequest), `"shutdown_request" content: not valid JSON`},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			m := &jupyter.Message{Header: jupyter.Header{MsgType: tt.msgType}, Content: json.RawMessage(tt.content)}
			if err := m.Decode(tt.into); err == nil || err.Error() != tt.want {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}
