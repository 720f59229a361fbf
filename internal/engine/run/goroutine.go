package run

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Do runs f on the calling goroutine, which becomes the thread's, and tells how it
// failed, nil for not at all. f gets the frame that its calls come from. When the
// goroutine ends in f, by runtime.Goexit, Do does not return.
func (th *Thread) Do(f func(p Ptr)) (failure *Failure) {
	defer th.attach()()
	ended := false
	defer func() {
		if ended {
			return
		}
		if v := recover(); v != nil {
			failure = th.failure(v)
		}
	}()
	f(th.first())
	ended = true
	return nil
}

// Failure is a panic that nothing recovered.
type Failure struct {
	Name  string // of the thread
	Value any
	Trace []Frame
	// Outer is the call that all others came from: it tells which statement of a cell
	// did not end.
	Outer Frame
}

func (th *Thread) failure(v any) *Failure {
	th.noteUnwinding(v)
	return &Failure{th.Name, v, th.unwinding.trace, th.unwinding.outer}
}

// Go runs what prepare returns on a goroutine of its own: the go statement of a
// function whose frame is p. Prepare runs at once, for the new goroutine's thread.
func Go(p Ptr, prepare func(th *Thread) func(first Ptr)) {
	th := NewThread(Of(p).Thread.Name)
	f := prepare(th)
	go func() {
		if failure := th.Do(f); failure != nil {
			reportGoroutine(failure)
		}
	}()
}

// ReportGoroutine tells of a panic in a goroutine of a cell. It is a variable of
// the package because such a goroutine may outlive what started it.
var ReportGoroutine = func(f *Failure) {
	fmt.Fprintf(os.Stderr, "panic in a goroutine: %v\n", f.Value)
}

func reportGoroutine(f *Failure) {
	if _, ok := f.Value.(Interrupted); ok {
		return
	}
	ReportGoroutine(f)
}

// recovering are compiled functions that recover what their callbacks panic with.
var recovering = []string{
	"net/http.(*conn).serve", "net/http.(*http2serverConn).runHandler", "testing.tRunner",
	"fmt.(*pp).handleMethods", "text/template.safeCall", "encoding/json.(*encodeState).marshal", "database/sql.withLock",
}

// recoversAbove reports whether a function of recovering is a caller.
func recoversAbove() bool {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		for _, name := range recovering {
			if strings.HasPrefix(f.Function, name) {
				return true
			}
		}
		if !more {
			return false
		}
	}
}
