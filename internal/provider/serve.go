package provider

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// ErrNotLoopback is the error for an address that other machines can reach.
var ErrNotLoopback = errors.New("the demo provider accepts any password, so it listens on loopback addresses only (127.0.0.1, [::1], localhost)")

// ListenAndServe serves a provider on addr, a loopback host and a port (0 for any), until ctx ends; then it returns nil.
// ready, if not nil, is called once with the issuer when requests are answered. It returns [ErrNotLoopback] and the
// errors of net.Listen and New.
func ListenAndServe(ctx context.Context, addr string, o Options, ready func(issuer string)) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("read address: %w", err)
	}
	if !loopbackHost(host) {
		return fmt.Errorf("listen on %s: %w", addr, ErrNotLoopback)
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if o.Issuer == "" && host == "localhost" {
		// Browsers tell localhost and 127.0.0.1 apart: keep the name that was asked for.
		_, port, _ := net.SplitHostPort(ln.Addr().String())
		o.Issuer = "http://" + net.JoinHostPort(host, port)
	}
	return Serve(ctx, ln, o, ready)
}

// Serve is ListenAndServe on an open listener, which it closes.
func Serve(ctx context.Context, ln net.Listener, o Options, ready func(issuer string)) error {
	defer ln.Close()
	if a, ok := ln.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return fmt.Errorf("serve on %s: %w", ln.Addr(), ErrNotLoopback)
	}
	if o.Issuer == "" {
		o.Issuer = "http://" + ln.Addr().String()
	}
	p, err := New(o)
	if err != nil {
		return err
	}
	srv := &http.Server{
		Handler:           p,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	if ready != nil {
		ready(o.Issuer)
	}
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		srv.Close()
	}
	<-served
	return nil
}

func loopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
