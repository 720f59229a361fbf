package kernel

import (
	"os"
	"reflect"
	"sync/atomic"
	"unsafe"
)

// readLock is the lock that package os holds while somebody reads a file, the
// fdMutex of internal/poll. There is no other way to see that a reader waits.
type readLock struct{ state *uint64 }

// Bits of the state, from internal/poll/fd_mutex.go; they are as old as the
// lock. readLockOf makes sure of them.
const (
	fdClosed  = 1 << 0
	fdReading = 1 << 1
)

// readLockOf finds the lock by the names of its fields and tries it: package os
// runs a function with the lock held. nil is a version of Go that has no such
// lock any more.
func readLockOf(f *os.File) *readLock {
	v := reflect.ValueOf(f).Elem()
	for _, name := range []string{"file", "pfd", "fdmu", "state"} {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return nil
		}
		v = v.FieldByName(name)
	}
	if v.Kind() != reflect.Uint64 {
		return nil
	}
	l := &readLock{(*uint64)(unsafe.Pointer(v.UnsafeAddr()))}
	conn, err := f.SyscallConn()
	if err != nil {
		return nil
	}
	seen := false
	conn.Read(func(uintptr) bool {
		seen = l.held()
		return true
	})
	if !seen || l.held() || l.closed() {
		return nil
	}
	return l
}

// held says that somebody reads.
func (l *readLock) held() bool { return atomic.LoadUint64(l.state)&fdReading != 0 }

// closed says that the file was closed.
func (l *readLock) closed() bool { return atomic.LoadUint64(l.state)&fdClosed != 0 }
