//go:build !linux

package kernel

// dropProgramPages is for systems that tell which pages hold nothing but the
// file.
func dropProgramPages() error { return nil }
