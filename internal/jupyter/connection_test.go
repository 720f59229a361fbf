package jupyter_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// connectionFile is what jupyter_client writes, with one key more than the kernel knows.
func connectionFile() map[string]any {
	return map[string]any{
		"shell_port": 50001, "iopub_port": 50002, "stdin_port": 50003, "control_port": 50004, "hb_port": 50005,
		"ip": "127.0.0.1", "key": testKey, "transport": "tcp",
		"signature_scheme": "hmac-sha256", "kernel_name": "ipyauth", "jupyter_session": "/home/user/demo.ipynb",
	}
}

func writeFile(t *testing.T, content any) string {
	t.Helper()
	data, ok := content.([]byte)
	if !ok {
		var err error
		if data, err = json.Marshal(content); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "kernel-1.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadConnectionFile(t *testing.T) {
	got, err := jupyter.ReadConnectionFile(writeFile(t, connectionFile()))
	want := jupyter.ConnectionInfo{
		Transport: "tcp", IP: "127.0.0.1",
		ShellPort: 50001, IOPubPort: 50002, StdinPort: 50003, ControlPort: 50004, HBPort: 50005,
		Key: testKey, SignatureScheme: "hmac-sha256", KernelName: "ipyauth",
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

// TestConnectionFileRows changes one key of a good file at a time.
func TestConnectionFileRows(t *testing.T) {
	const remove = "remove the key"
	tests := []struct {
		name, key string
		value     any
		err       string // the end of the error, "" for none
	}{
		{"empty key", "key", "", ""},
		{"no key", "key", remove, ""},
		{"no transport", "transport", remove, ""},
		{"no signature scheme", "signature_scheme", remove, ""},
		{"no kernel name", "kernel_name", remove, ""},
		{"null where a value may be absent", "kernel_name", nil, ""},
		{"ipc", "transport", "ipc", ""},
		{"unknown key of any type", "new_in_jupyter_9", []int{1}, ""},
		{"encryption off", "curve_publickey", nil, ""},
		{"no registration", "registration_port", nil, ""},

		{"other transport", "transport", "udp", `key transport is neither "tcp" nor "ipc": not supported by this kernel`},
		{"other signature", "signature_scheme", "hmac-md5", `key signature_scheme is not "hmac-sha256": not supported by this kernel`},
		{"registration", "registration_port", 50006, "key registration_port asks for the registration handshake (JEP 66), not supported by this kernel; start the kernel with a file that lists its five ports"},
		{"public key", "curve_publickey", "k", "keys curve_publickey and curve_secretkey ask for CurveZMQ encryption, not supported by this kernel; switch transport_encryption off in the kernel manager"},
		{"secret key", "curve_secretkey", "k", "keys curve_publickey and curve_secretkey ask for CurveZMQ encryption, not supported by this kernel; switch transport_encryption off in the kernel manager"},
		{"no address", "ip", remove, "key ip is missing or empty"},
		{"address null", "ip", nil, "key ip is missing or empty"},
		{"no shell port", "shell_port", remove, "key shell_port is missing or not between 1 and 65535"},
		{"no control port", "control_port", remove, "key control_port is missing or not between 1 and 65535"},
		{"no stdin port", "stdin_port", remove, "key stdin_port is missing or not between 1 and 65535"},
		{"no iopub port", "iopub_port", remove, "key iopub_port is missing or not between 1 and 65535"},
		{"no heartbeat port", "hb_port", remove, "key hb_port is missing or not between 1 and 65535"},
		{"port 0", "hb_port", 0, "key hb_port is missing or not between 1 and 65535"},
		{"port too high", "hb_port", 65536, "key hb_port is missing or not between 1 and 65535"},
		{"port as text", "hb_port", "50005", "key hb_port is a JSON string"},
		{"port with a fraction", "hb_port", 1.5, "key hb_port is a JSON number"},
		{"key as a number", "key", 271828, "key key is a JSON number"}, // and the number stays out of it
		{"address as a list", "ip", []string{"127.0.0.1"}, "key ip is a JSON array"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := connectionFile()
			if file[tt.key] = tt.value; tt.value == remove {
				delete(file, tt.key)
			}
			path := writeFile(t, file)
			_, err := jupyter.ReadConnectionFile(path)
			if tt.err == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if want := "read connection file " + path + ": " + tt.err; err == nil || err.Error() != want {
				t.Errorf("error is %v, want %s", err, want)
			}
			if wraps := strings.Contains(tt.err, "not supported"); errors.Is(err, jupyter.ErrUnsupported) != wraps {
				t.Errorf("wraps ErrUnsupported: %v, want %v", !wraps, wraps)
			}
		})
	}
}

func TestConnectionFileContents(t *testing.T) {
	for _, tt := range []struct{ name, data, err string }{
		{"empty", "", "not a JSON object"},
		{"list", "[]", "not a JSON object"},
		{"null", "null", "not a JSON object"},
		{"half an object", `{"ip": "127.0.0.1"`, "not valid JSON"},
		{"two objects", `{}{}`, "not valid JSON"},
		{"deep", `{"a":` + strings.Repeat("[", 1000), "nested too deeply"},
		{"long", "{" + strings.Repeat(" ", 64<<10) + "}", "longer than 65536 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := jupyter.ReadConnectionFile(writeFile(t, []byte(tt.data)))
			if err == nil || !strings.HasSuffix(err.Error(), ": "+tt.err) {
				t.Errorf("error is %v, want %s", err, tt.err)
			}
		})
	}
	if _, err := jupyter.ReadConnectionFile(filepath.Join(t.TempDir(), "no such file")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := jupyter.ReadConnectionFile(t.TempDir()); err == nil {
		t.Error("a folder: no error")
	}
}

func TestAddress(t *testing.T) {
	for _, tt := range []struct{ transport, ip, network, addr string }{
		{"tcp", "127.0.0.1", "tcp", "127.0.0.1:5"},
		{"tcp", "0.0.0.0", "tcp", "0.0.0.0:5"},
		{"tcp", "*", "tcp", ":5"},
		{"tcp", "::1", "tcp", "[::1]:5"},
		{"tcp", "[::1]", "tcp", "[::1]:5"},
		{"tcp", "localhost", "tcp", "localhost:5"},
		{"ipc", "/run/user/kernel-1-ipc", "unix", "/run/user/kernel-1-ipc-5"},
	} {
		network, addr := jupyter.ConnectionInfo{Transport: tt.transport, IP: tt.ip}.Address(5)
		if network != tt.network || addr != tt.addr {
			t.Errorf("%s %s: %s %s, want %s %s", tt.transport, tt.ip, network, addr, tt.network, tt.addr)
		}
	}
}

func TestKernelID(t *testing.T) {
	for file, want := range map[string]string{
		"kernel-9a1c.json": "9a1c",
		"/run/jupyter/kernel-b27a3f7c-3a6e-4e6e-9d0a-5ff6a8a1a6d5.json": "b27a3f7c-3a6e-4e6e-9d0a-5ff6a8a1a6d5",
		"kernel-a_B-9.json":     "a_B-9",
		"kernel-.json":          "",
		"kernel-9a1c":           "",
		"9a1c.json":             "",
		"tmp1x2y.json":          "",
		"kernel-a.b.json":       "",
		"kernel-a b.json":       "",
		"kernel-é.json":         "",
		"":                      "",
		"/kernel-1.json/o.json": "",
	} {
		if got := jupyter.KernelID(file); got != want {
			t.Errorf("KernelID(%q) = %q, want %q", file, got, want)
		}
	}
}
