package jupytertest

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// KernelID is the id in the name of files made by [ConnectionFile].
const KernelID = "5e0f2b1c-0000-4000-8000-000000000001"

// ConnectionFile writes a connection file with free ports and a fresh key, as
// Jupyter does before it starts a kernel.
func ConnectionFile(t testing.TB) string {
	t.Helper()
	ip := loopback()
	info := jupyter.ConnectionInfo{
		Transport: "tcp", IP: ip, Key: newID(), SignatureScheme: "hmac-sha256", KernelName: "test",
	}
	for _, port := range []*int{&info.ShellPort, &info.ControlPort, &info.StdinPort, &info.IOPubPort, &info.HBPort} {
		ln, err := net.Listen("tcp", ip+":0")
		if err != nil {
			t.Fatalf("find a free port: %v", err)
		}
		defer ln.Close() // when all ports are found, so that they differ
		*port = ln.Addr().(*net.TCPAddr).Port
	}
	return WriteConnectionFile(t, info)
}

// WriteConnectionFile writes a connection file with the given content.
func WriteConnectionFile(t testing.TB, info jupyter.ConnectionInfo) string {
	t.Helper()
	data, err := json.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "kernel-"+KernelID+".json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// loopback is an address to bind to. Where all of 127.0.0.0/8 is this machine
// it is a random one: a port found free stays free until the kernel binds it,
// whatever else runs.
func loopback() string {
	if runtime.GOOS != "linux" {
		return "127.0.0.1"
	}
	var b [3]byte
	rand.Read(b[:]) // never fails
	return fmt.Sprintf("127.%d.%d.%d", b[0], b[1], 1+b[2]%254)
}

func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
