package child

import "syscall"

// limitData bounds what the process may write to. The address space stays
// unlimited, because Go reserves much more of it than it uses.
func limitData(bytes uint64) {
	// Without the limit a program that runs away is ended by its time.
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: bytes, Max: bytes})
}
