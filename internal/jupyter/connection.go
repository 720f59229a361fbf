package jupyter

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrUnsupported is wrapped by ReadConnectionFile's error when the file asks for something this kernel cannot
// do: CurveZMQ encryption, the registration handshake, a transport or a signature scheme it does not know.
var ErrUnsupported = errors.New("not supported by this kernel")

// maxConnectionFile bounds what ReadConnectionFile reads; real files have 300 to 500 bytes.
const maxConnectionFile = 64 << 10

// ConnectionInfo is what a connection file says: where the five sockets bind and which key signs messages
// (spec, "Connection files"). Key is a secret; do not log the struct.
type ConnectionInfo struct {
	Transport       string `json:"transport"` // "tcp" or "ipc"
	IP              string `json:"ip"`        // address, "*" for all; for ipc the socket path up to the "-"
	ShellPort       int    `json:"shell_port"`
	ControlPort     int    `json:"control_port"`
	StdinPort       int    `json:"stdin_port"`
	IOPubPort       int    `json:"iopub_port"`
	HBPort          int    `json:"hb_port"`
	Key             string `json:"key"` // "" = messages are not signed
	SignatureScheme string `json:"signature_scheme"`
	KernelName      string `json:"kernel_name"`
}

// ReadConnectionFile reads and checks the file a Jupyter client wrote for this kernel. Keys it does not know
// are ignored. Every error is one sentence that names the file and the key at fault, and never a value; those
// that wrap [ErrUnsupported] mean a well-formed file for another kind of kernel.
func ReadConnectionFile(path string) (ConnectionInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return ConnectionInfo{}, fmt.Errorf("read connection file: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxConnectionFile+1))
	if err != nil {
		return ConnectionInfo{}, fmt.Errorf("read connection file: %w", err)
	}
	c, err := parseConnection(data)
	if err != nil {
		return ConnectionInfo{}, fmt.Errorf("read connection file %s: %w", path, err)
	}
	return c, nil
}

func parseConnection(data []byte) (ConnectionInfo, error) {
	if len(data) > maxConnectionFile {
		return ConnectionInfo{}, fmt.Errorf("longer than %d bytes", maxConnectionFile)
	}
	if err := checkObject(data, maxConnectionFile); err != nil {
		return ConnectionInfo{}, err
	}
	// What other kernels can do and this one can't comes first: such a file may lack the rest. Any value but null
	// counts as asking for it.
	var other struct {
		RegistrationPort json.RawMessage `json:"registration_port"`
		CurvePublicKey   json.RawMessage `json:"curve_publickey"`
		CurveSecretKey   json.RawMessage `json:"curve_secretkey"`
	}
	if err := json.Unmarshal(data, &other); err != nil {
		return ConnectionInfo{}, scrub(err)
	}
	switch {
	case present(other.RegistrationPort):
		return ConnectionInfo{}, fmt.Errorf("key registration_port asks for the registration handshake (JEP 66), %w; start the kernel with a file that lists its five ports", ErrUnsupported)
	case present(other.CurvePublicKey), present(other.CurveSecretKey):
		return ConnectionInfo{}, fmt.Errorf("keys curve_publickey and curve_secretkey ask for CurveZMQ encryption, %w; switch transport_encryption off in the kernel manager", ErrUnsupported)
	}
	c := ConnectionInfo{Transport: "tcp", SignatureScheme: "hmac-sha256"}
	if err := json.Unmarshal(data, &c); err != nil {
		return ConnectionInfo{}, scrub(err)
	}
	if err := c.check(); err != nil {
		return ConnectionInfo{}, err
	}
	return c, nil
}

func present(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

func (c ConnectionInfo) check() error {
	if c.Transport != "tcp" && c.Transport != "ipc" {
		return fmt.Errorf("key transport is neither \"tcp\" nor \"ipc\": %w", ErrUnsupported)
	}
	if c.SignatureScheme != "hmac-sha256" {
		return fmt.Errorf("key signature_scheme is not \"hmac-sha256\": %w", ErrUnsupported)
	}
	if c.IP == "" {
		return errors.New("key ip is missing or empty")
	}
	for _, p := range []struct {
		key  string
		port int
	}{
		{"shell_port", c.ShellPort}, {"control_port", c.ControlPort}, {"stdin_port", c.StdinPort},
		{"iopub_port", c.IOPubPort}, {"hb_port", c.HBPort},
	} {
		if p.port < 1 || p.port > 65535 {
			return fmt.Errorf("key %s is missing or not between 1 and 65535", p.key)
		}
	}
	return nil
}

// Address is the network and address that net.Listen wants for one of the ports: "tcp" and host:port, or for
// transport ipc "unix" and the path "<ip>-<port>", which is how ZeroMQ clients spell it.
func (c ConnectionInfo) Address(port int) (network, addr string) {
	if c.Transport == "ipc" {
		return "unix", c.IP + "-" + strconv.Itoa(port)
	}
	host := strings.TrimSuffix(strings.TrimPrefix(c.IP, "["), "]")
	if host == "*" { // ZeroMQ's wildcard; Go spells it as no host
		host = ""
	}
	return "tcp", net.JoinHostPort(host, strconv.Itoa(port))
}

// KernelID is the Jupyter kernel id in a connection file's name, "kernel-<id>.json", or "" when the name has
// another form or the id other characters than letters, digits, "-" and "_": it goes into URLs.
func KernelID(connectionFile string) string {
	name := filepath.Base(connectionFile)
	id, ok := strings.CutPrefix(name, "kernel-")
	if !ok {
		return ""
	}
	if id, ok = strings.CutSuffix(id, ".json"); !ok {
		return ""
	}
	for _, r := range id {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && !(r >= '0' && r <= '9') && r != '-' && r != '_' {
			return ""
		}
	}
	return id
}
