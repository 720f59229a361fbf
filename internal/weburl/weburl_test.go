package weburl_test

import (
	"net/url"
	"testing"

	"github.com/ipyauth/ipyauth/internal/weburl"
)

func TestLoopback(t *testing.T) {
	rows := map[string]bool{
		"localhost": true, "LOCALHOST": true, "nb.localhost": true, "127.0.0.1": true, "127.8.9.10": true, "::1": true,
		"": false, "localhost.example": false, "notlocalhost": false, "127.0.0.1.example": false, "128.0.0.1": false, "0.0.0.0": false,
		"10.0.0.1": false, "::": false, "::ffff:127.0.0.1": false, "::1%eth0": false, "127.1": false, "0x7f.1": false, "2130706433": false,
	}
	for host, want := range rows {
		if got := weburl.Loopback(host); got != want {
			t.Errorf("Loopback(%q) = %v; want %v", host, got, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	rows := []struct {
		address       string
		private, safe bool
		hostPort      string
	}{
		{"https://id.example/a", true, true, "id.example:443"},
		{"https://ID.example:443", true, true, "id.example:443"},
		{"https://id.example:8443", true, true, "id.example:8443"},
		{"https://[::1]/", true, true, "[::1]:443"},
		{"http://localhost/", true, true, "localhost:80"},
		{"http://[::1]:8888/", true, true, "[::1]:8888"},
		{"https://ann@id.example/", true, false, "id.example:443"},
		{"https:///a", true, false, ":443"},
		{"http://id.example/", false, false, "id.example:80"},
		{"http://192.168.0.1/", false, false, "192.168.0.1:80"},
		{"ftp://localhost/", false, false, "localhost:"},
		{"file:///etc/passwd", false, false, ":"},
	}
	for _, row := range rows {
		u, err := url.Parse(row.address)
		if err != nil {
			t.Fatal(err)
		}
		if p, s, h := weburl.Private(u), weburl.Safe(u), weburl.HostPort(u); p != row.private || s != row.safe || h != row.hostPort {
			t.Errorf("%s: private %v, safe %v, %q; want %+v", row.address, p, s, h, row)
		}
	}
}
