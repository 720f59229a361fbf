// Package weburl judges addresses of web servers: which are this machine's, which are
// safe to send a secret to, and which are of one and the same server.
package weburl

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Loopback reports whether host (without port) is this machine: an address of
// 127.0.0.0/8, ::1, localhost or a name below it (RFC 6761 section 6.3).
func Loopback(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsLoopback() && !addr.Is4In6() && addr.Zone() == ""
	}
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// Private reports whether nobody on the way can read what is sent to u: it is https, or
// http on this machine.
func Private(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && Loopback(u.Hostname())
}

// Safe is Private, and asks for a host and no user name or password.
func Safe(u *url.URL) bool { return u.User == nil && u.Host != "" && Private(u) }

// HostPort is the host and port of u in the one spelling to compare, with the scheme's own
// port filled in: what listens on another port of a machine may be somebody else's.
func HostPort(u *url.URL) string {
	return net.JoinHostPort(strings.ToLower(u.Hostname()), Port(u))
}

// Port is the port of u, also where it is the scheme's own.
func Port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	case u.Scheme == "http":
		return "80"
	}
	return ""
}
