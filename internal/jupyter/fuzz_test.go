package jupyter_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// FuzzDecode splits its input at 0xff into frames. No signature is asked for, so that the JSON gets its share.
// What is accepted must be objects, and must come back from Encode as the same frames.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("id\xff<IDS|MSG>\xff\xff{\"msg_type\":\"t\"}\xff{}\xff{}\xff{}"))
	f.Add([]byte("<IDS|MSG>\xff\xff{\"msg_type\":\"execute_request\"}\xff{}\xff{}\xff{\"code\":1}\xffbuffer"))
	f.Add([]byte("<IDS|MSG>\xff<IDS|MSG>"))
	f.Fuzz(func(t *testing.T, in []byte) {
		frames := bytes.Split(in, []byte{0xff})
		c := jupyter.NewCodec(nil)
		m, err := c.Decode(frames)
		if _, signed := jupyter.NewCodec([]byte("k")).Decode(frames); signed == nil {
			t.Fatal("accepted without a good signature")
		}
		if err != nil {
			return
		}
		for _, part := range []json.RawMessage{m.RawHeader, m.ParentHeader, m.Metadata, m.Content} {
			var object map[string]json.RawMessage
			if err := json.Unmarshal(part, &object); err != nil || object == nil {
				t.Fatalf("accepted %q: %v", part, err)
			}
		}
		for _, into := range []any{
			new(jupyter.ExecuteRequest), new(jupyter.CompleteRequest), new(jupyter.InspectRequest), new(jupyter.HistoryReply), new(jupyter.CommOpen),
		} {
			m.Decode(into) // an error or not, but no panic
		}
		out, err := c.Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		at := len(m.Identities) + 1
		out[at], frames[at] = nil, nil // the signature
		if !slices.EqualFunc(out, frames, bytes.Equal) {
			t.Fatalf("%q became %q", frames, out)
		}
	})
}

// FuzzConnectionFile: what is accepted can be listened on.
func FuzzConnectionFile(f *testing.F) {
	good, err := json.Marshal(connectionFile())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(bytes.Replace(good, []byte(`"tcp"`), []byte(`"ipc"`), 1))
	f.Add([]byte(`{"registration_port":1}`))
	f.Add([]byte(`{"ip":"*","shell_port":1e5}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := jupyter.ParseConnection(in)
		if err != nil {
			if c != (jupyter.ConnectionInfo{}) {
				t.Fatal("an error and values too")
			}
			return
		}
		for _, port := range []int{c.ShellPort, c.ControlPort, c.StdinPort, c.IOPubPort, c.HBPort} {
			network, addr := c.Address(port)
			if port < 1 || port > 65535 || network != "tcp" && network != "unix" || addr == "" {
				t.Fatalf("%d gives %s %q", port, network, addr)
			}
		}
	})
}
