package engine

import (
	"errors"
	"fmt"
	"log"
	"reflect"
	"sync"
)

// guardedMethods are the methods that cells call in place of those that would end
// the process, by receiver and name. The receiver is their first parameter.
func guardedMethods() map[reflect.Type]map[string]reflect.Value {
	logger := map[string]any{
		"Fatal": func(l *log.Logger, v ...any) {
			l.Output(2, fmt.Sprint(v...))
			panic(Exit{"(*log.Logger).Fatal", 1})
		},
		"Fatalf": func(l *log.Logger, format string, v ...any) {
			l.Output(2, fmt.Sprintf(format, v...))
			panic(Exit{"(*log.Logger).Fatalf", 1})
		},
		"Fatalln": func(l *log.Logger, v ...any) {
			l.Output(2, fmt.Sprintln(v...))
			panic(Exit{"(*log.Logger).Fatalln", 1})
		},
	}
	table := map[reflect.Type]map[string]any{
		reflect.TypeFor[*log.Logger]():   logger,
		reflect.TypeFor[*sync.Mutex]():   {"Unlock": unlockMutex},
		reflect.TypeFor[*sync.RWMutex](): {"Unlock": unlockWriter, "RUnlock": unlockReader},
	}
	values := map[reflect.Type]map[string]reflect.Value{}
	for t, methods := range table {
		values[t] = map[string]reflect.Value{}
		for name, f := range methods {
			values[t][name] = reflect.ValueOf(f)
		}
	}
	return values
}

// The runtime ends the process when a mutex is unlocked that is not locked. The
// mistake can be seen before: such a mutex can be locked.
var (
	errUnlock  = errors.New("sync: unlock of unlocked mutex")
	errWUnlock = errors.New("sync: Unlock of unlocked RWMutex")
	errRUnlock = errors.New("sync: RUnlock of unlocked RWMutex")
)

func unlockMutex(m *sync.Mutex) {
	if m.TryLock() {
		m.Unlock()
		panic(errUnlock)
	}
	m.Unlock()
}

func unlockWriter(m *sync.RWMutex) {
	if m.TryLock() {
		m.Unlock()
		panic(errWUnlock)
	}
	if m.TryRLock() { // readers have it
		m.RUnlock()
		panic(errWUnlock)
	}
	m.Unlock()
}

func unlockReader(m *sync.RWMutex) {
	if m.TryLock() {
		m.Unlock()
		panic(errRUnlock)
	}
	m.RUnlock()
}
