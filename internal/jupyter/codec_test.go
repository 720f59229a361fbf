package jupyter_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// testKey signs the tests' messages; it is made here so that nothing in the repository looks like a key.
var testKey = strings.Repeat("k", 36)

const testHeader = `{"msg_id":"m1","session":"s1","username":"user","date":"2026-01-02T03:04:05Z","msg_type":"execute_request","version":"5.3"}`

// request is the frames of a good message, before the signature is made: identity, header, parent, metadata,
// content, one buffer.
func request() []string {
	return []string{"client", testHeader, `{}`, ` {"cellId": "c"}`, `{"code":"1+1"}`, "\x00buffer"}
}

// frames makes the frames of a message as they travel, signed by an HMAC of the test's own.
func frames(parts []string, key string) [][]byte {
	mac := hmac.New(sha256.New, []byte(key))
	for _, part := range parts[1:5] {
		mac.Write([]byte(part))
	}
	signature := []byte(hex.EncodeToString(mac.Sum(nil)))
	if key == "" {
		signature = nil
	}
	out := [][]byte{[]byte(parts[0]), []byte("<IDS|MSG>"), signature}
	for _, part := range parts[1:] {
		out = append(out, []byte(part))
	}
	return out
}

func newCodec() *jupyter.Codec { return jupyter.NewCodec([]byte(testKey)) }

func TestDecode(t *testing.T) {
	m, err := newCodec().Decode(frames(request(), testKey))
	if err != nil {
		t.Fatal(err)
	}
	want := jupyter.Header{MsgID: "m1", Session: "s1", Username: "user", Date: "2026-01-02T03:04:05Z", MsgType: "execute_request", Version: "5.3"}
	if m.Header != want {
		t.Errorf("header is %+v, want %+v", m.Header, want)
	}
	for name, got := range map[string]string{
		testHeader:         string(m.RawHeader),
		`{}`:               string(m.ParentHeader),
		` {"cellId": "c"}`: string(m.Metadata),
		`{"code":"1+1"}`:   string(m.Content),
	} {
		if got != name {
			t.Errorf("part is %q, want %q", got, name)
		}
	}
	if len(m.Identities) != 1 || string(m.Identities[0]) != "client" {
		t.Errorf("identities are %q", m.Identities)
	}
	if len(m.Buffers) != 1 || string(m.Buffers[0]) != "\x00buffer" {
		t.Errorf("buffers are %q", m.Buffers)
	}
	var content jupyter.ExecuteRequest
	if err := m.Decode(&content); err != nil || content.Code != "1+1" {
		t.Errorf("content is %+v, %v", content, err)
	}
}

// TestDecodeFrames changes the frames around the JSON.
func TestDecodeFrames(t *testing.T) {
	tests := []struct {
		name   string
		change func(f [][]byte) [][]byte
		want   error
	}{
		{"no identity", func(f [][]byte) [][]byte { return f[1:] }, nil},
		{"several identities", func(f [][]byte) [][]byte { return slices.Insert(f, 0, []byte("hop"), nil) }, nil},
		{"no buffer", func(f [][]byte) [][]byte { return f[:7] }, nil},
		{"many buffers", func(f [][]byte) [][]byte { return append(f, make([][]byte, 100)...) }, nil},
		{"buffer that looks like a delimiter", func(f [][]byte) [][]byte { return append(f, []byte("<IDS|MSG>")) }, nil},

		{"nothing", func([][]byte) [][]byte { return nil }, jupyter.ErrNoDelimiter},
		{"no delimiter", func(f [][]byte) [][]byte { return slices.Delete(f, 1, 2) }, jupyter.ErrNoDelimiter},
		{"delimiter with a byte more", func(f [][]byte) [][]byte { f[1] = []byte("<IDS|MSG>\n"); return f }, jupyter.ErrNoDelimiter},
		{"delimiter last", func(f [][]byte) [][]byte { return f[:2] }, jupyter.ErrShort},
		{"content missing", func(f [][]byte) [][]byte { return f[:6] }, jupyter.ErrShort},
		{"no signature", func(f [][]byte) [][]byte { f[2] = nil; return f }, jupyter.ErrSignature},
		{"half a signature", func(f [][]byte) [][]byte { f[2] = f[2][:32]; return f }, jupyter.ErrSignature},
		{"signature in capitals", func(f [][]byte) [][]byte { f[2] = bytes.ToUpper(f[2]); return f }, jupyter.ErrSignature},
		{"signature of another key", func([][]byte) [][]byte { return frames(request(), "other") }, jupyter.ErrSignature},
		{"header changed", func(f [][]byte) [][]byte { f[3] = append(f[3], ' '); return f }, jupyter.ErrSignature},
		{"parent changed", func(f [][]byte) [][]byte { f[4] = []byte("{ }"); return f }, jupyter.ErrSignature},
		{"metadata changed", func(f [][]byte) [][]byte { f[5] = []byte("{}"); return f }, jupyter.ErrSignature},
		{"content changed", func(f [][]byte) [][]byte { f[6][9] = '2'; return f }, jupyter.ErrSignature},
		{"not JSON, and not signed", func(f [][]byte) [][]byte { f[3] = []byte("x"); return f }, jupyter.ErrSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := newCodec().Decode(tt.change(frames(request(), testKey))); !errors.Is(err, tt.want) {
				t.Errorf("error is %v, want %v", err, tt.want)
			}
		})
	}
}

// TestDecodeJSON changes one of the signed parts: 1 header, 2 parent, 3 metadata, 4 content.
func TestDecodeJSON(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	tests := []struct {
		name string
		part int
		json string
		err  string // "" for none
	}{
		{"unknown keys in the header", 1, `{"msg_type":"t","x":[1]}`, ""},
		{"header with nulls", 1, `{"msg_type":"t","date":null,"username":null,"subshell_id":null}`, ""},
		{"subshell", 1, `{"msg_type":"t","subshell_id":"s"}`, ""},
		{"white space", 4, " \t\r\n{} ", ""},
		{"depth 500", 4, `{"a":` + strings.Repeat("[", 499) + strings.Repeat("]", 499) + "}", ""},
		{"brackets in strings", 4, `{"a":"` + deep + `\"` + deep + `"}`, ""},

		{"header is null", 1, `null`, "message header: not a JSON object"},
		{"header is a list", 1, `[]`, "message header: not a JSON object"},
		{"header is empty", 1, ``, "message header: not a JSON object"},
		{"header is cut off", 1, `{"msg_type":"t"`, "message header: not valid JSON"},
		{"header too long", 1, `{"msg_type":"` + strings.Repeat("t", 64<<10) + `"}`, "message header: too long"},
		{"no msg_type", 1, `{}`, "message header: key msg_type is missing or empty"},
		{"msg_type null", 1, `{"msg_type":null}`, "message header: key msg_type is missing or empty"},
		{"msg_type a number", 1, `{"msg_type":42}`, "message header: key msg_type is a JSON number"},
		{"session a list", 1, `{"msg_type":"t","session":["s"]}`, "message header: key session is a JSON array"},
		{"parent is null", 2, `null`, `"execute_request" parent_header: not a JSON object`},
		{"parent too long", 2, `{"a":"` + strings.Repeat("a", 64<<10) + `"}`, `"execute_request" parent_header: too long`},
		{"metadata is a string", 3, `"{}"`, `"execute_request" metadata: not a JSON object`},
		{"metadata too long", 3, `{"a":"` + strings.Repeat("a", 16<<20) + `"}`, `"execute_request" metadata: too long`},
		{"content is a list", 4, `["code"]`, `"execute_request" content: not a JSON object`},
		{"content is two objects", 4, `{}{}`, `"execute_request" content: not valid JSON`},
		{"content of depth 501", 4, `{"a":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + "}", `"execute_request" content: nested too deeply`},
		{"content of depth 10^5", 4, `{"a":` + deep, `"execute_request" content: nested too deeply`},
		{"content is binary", 4, "{\x00\xff}", `"execute_request" content: not valid JSON`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			parts := request()
			parts[tt.part] = tt.json
			_, err := newCodec().Decode(frames(parts, testKey))
			if tt.err == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var content *jupyter.ContentError
			if !errors.As(err, &content) || err.Error() != tt.err {
				t.Errorf("error is %v, want %s", err, tt.err)
			}
		})
	}
}

// TestLongMessageType: whatever a header holds, a log line stays a line.
func TestLongMessageType(t *testing.T) {
	parts := request()
	parts[1] = `{"msg_type":"` + strings.Repeat(`\n`, 1000) + `"}`
	parts[4] = "[]"
	_, err := newCodec().Decode(frames(parts, testKey))
	if err == nil || len(err.Error()) > 200 || strings.Contains(err.Error(), "\n") {
		t.Errorf("error is %q", err)
	}
}

// TestMegabytesOfWrongTypes: each must be refused, and cost little memory besides its own.
func TestMegabytesOfWrongTypes(t *testing.T) {
	numbers := "[" + strings.Repeat("1,", 25_000_000) + "1]"
	some := numbers[:5_000_000] + "]" // 50 MB can be parsed too, but that takes a while under the race detector
	for _, tt := range []struct{ name, content string }{
		{"content", numbers},
		{"code", `{"code":` + some + `}`},
		{"user_expressions", `{"code":"","user_expressions":` + some + `}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parts := request()
			parts[4] = tt.content
			in := frames(parts, testKey)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			m, err := newCodec().Decode(in)
			if err == nil {
				err = m.Decode(new(jupyter.ExecuteRequest))
			}
			runtime.ReadMemStats(&after)
			if content := (*jupyter.ContentError)(nil); !errors.As(err, &content) {
				t.Errorf("error is %v, want a ContentError", err)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
				t.Errorf("refusing it allocated %d bytes", grown)
			}
		})
	}
}

func TestEncode(t *testing.T) {
	const header = `{"msg_id":"m1","session":"","username":"","date":"","msg_type":"stream","version":""}`
	tests := []struct {
		name string
		in   jupyter.Message
		want []string // identity, header, parent, metadata, content, buffers...
	}{
		{"everything", jupyter.Message{
			Identities: [][]byte{[]byte("topic")}, RawHeader: json.RawMessage(testHeader), ParentHeader: json.RawMessage(`{"p":1}`),
			Metadata: json.RawMessage(`{"m":2}`), Content: json.RawMessage(`{"c":3}`), Buffers: [][]byte{[]byte("b1"), nil},
		}, []string{"topic", testHeader, `{"p":1}`, `{"m":2}`, `{"c":3}`, "b1", ""}},
		{"nothing but a header", jupyter.Message{
			Identities: [][]byte{[]byte("topic")}, Header: jupyter.Header{MsgID: "m1", MsgType: "stream"},
		}, []string{"topic", header, `{}`, `{}`, `{}`}},
		{"nulls", jupyter.Message{
			Identities: [][]byte{[]byte("topic")}, Header: jupyter.Header{MsgID: "m1", MsgType: "stream"},
			ParentHeader: json.RawMessage(`null`), Metadata: json.RawMessage(`null`), Content: json.RawMessage(`null`),
		}, []string{"topic", header, `{}`, `{}`, `{}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := newCodec().Encode(&tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if want := frames(tt.want, testKey); !slices.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("got %q\nwant %q", got, want)
			}
		})
	}
	for _, part := range []string{"parent_header", "metadata", "content", "header"} {
		m := jupyter.Message{Header: jupyter.Header{MsgType: "stream"}}
		list := json.RawMessage(`[]`)
		switch part {
		case "header":
			m.RawHeader = list
		case "parent_header":
			m.ParentHeader = list
		case "metadata":
			m.Metadata = list
		case "content":
			m.Content = list
		}
		_, err := newCodec().Encode(&m)
		if want := `"stream" ` + part + `: not a JSON object`; err == nil || err.Error() != want {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
}
