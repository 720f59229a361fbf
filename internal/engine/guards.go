package engine

import (
	"fmt"
	"log"
	"reflect"
	"time"

	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// Exit is what a cell panics with that would end the process.
type Exit struct {
	Function string
	Status   int
}

// Error tells what to do instead.
func (e Exit) Error() string {
	return e.Function + " would end the kernel: to stop a cell use panic, to start over restart the kernel"
}

// guards are the functions that cells call in place of those that would end the
// process, or that an interrupt could not stop.
func guards() map[string]reflect.Value {
	exit := func(function string) func(int) {
		return func(status int) { panic(Exit{function, status}) }
	}
	table := map[string]any{
		"os.Exit":      exit("os.Exit"),
		"syscall.Exit": exit("syscall.Exit"),
		"log.Fatal": func(v ...any) {
			log.Output(2, fmt.Sprint(v...))
			panic(Exit{"log.Fatal", 1})
		},
		"log.Fatalf": func(format string, v ...any) {
			log.Output(2, fmt.Sprintf(format, v...))
			panic(Exit{"log.Fatalf", 1})
		},
		"log.Fatalln": func(v ...any) {
			log.Output(2, fmt.Sprintln(v...))
			panic(Exit{"log.Fatalln", 1})
		},
		"runtime.Breakpoint": func() { panic(Exit{"runtime.Breakpoint", 2}) },
		"time.Sleep":         sleep,
	}
	values := map[string]reflect.Value{}
	for name, f := range table {
		values[name] = reflect.ValueOf(f)
	}
	return values
}

// sleep is time.Sleep that an interrupt ends.
func sleep(d time.Duration) {
	th := run.Current()
	if th == nil {
		time.Sleep(d)
		return
	}
	th.Sleep(d)
}
