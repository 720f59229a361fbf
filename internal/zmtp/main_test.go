package zmtp_test

import (
	"flag"
	"fmt"
	"net"
	"os"
	"runtime"
	"testing"
	"time"
)

// TestMain fails the run if the tests leave goroutines or file descriptors behind, and prints the stacks.
func TestMain(m *testing.M) {
	openPoller()
	before := usage()
	code := m.Run()
	fuzzing := flag.Lookup("test.fuzz").Value.String() != "" // which has goroutines of its own to the end
	if code == 0 && !fuzzing {
		if after, ok := before.restored(5 * time.Second); !ok {
			fmt.Fprintf(os.Stderr, "left behind: %v before the tests, %v after\n%s\n", before, after, stacks())
			code = 1
		}
	}
	os.Exit(code)
}

// openPoller makes the runtime open the descriptors that it keeps for waiting on others.
func openPoller() {
	if ln, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		ln.Close()
	}
}

// counts is what a test must not leave more of.
type counts struct{ goroutines, files int }

func usage() counts {
	files, err := os.ReadDir("/proc/self/fd") // not there outside Linux: then always 0
	if err != nil {
		return counts{goroutines: runtime.NumGoroutine()}
	}
	return counts{runtime.NumGoroutine(), len(files)}
}

// restored looks until there is no more in use than in c: what other packages' Close starts may end a little later.
func (c counts) restored(patience time.Duration) (now counts, ok bool) {
	deadline := time.Now().Add(patience)
	for {
		now = usage()
		if now.goroutines <= c.goroutines && now.files <= c.files {
			return now, true
		}
		if time.Now().After(deadline) {
			return now, false
		}
		runtime.Gosched()
	}
}

func stacks() []byte {
	buf := make([]byte, 1<<20)
	return buf[:runtime.Stack(buf, true)]
}

// noLeaks compares usage at the end of the test with that at the time of the call. Call it first, so that it looks
// after all other cleanups.
func noLeaks(t *testing.T) {
	t.Helper()
	before := usage()
	t.Cleanup(func() {
		if after, ok := before.restored(5 * time.Second); !ok {
			t.Errorf("left behind: %v before, %v after\n%s", before, after, stacks())
		}
	})
}
