package tables

import (
	"expvar"
	"net/http"
	"net/http/pprof"
)

// expvar and net/http/pprof give http.DefaultServeMux handlers when a program links
// them. A cell that serves it without importing them must not show the kernel's
// memory and arguments, so the handlers are taken back until Effect.
func init() { http.DefaultServeMux = http.NewServeMux() }

// Effect does what the import of a package does to a program, where it is not done
// already because the package is linked. It is to be called once for a path.
func Effect(path string) {
	switch path {
	case "expvar":
		http.Handle("GET /debug/vars", expvar.Handler())
	case "net/http/pprof":
		http.HandleFunc("GET /debug/pprof/", pprof.Index)
		http.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
		http.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		http.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		http.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
}
