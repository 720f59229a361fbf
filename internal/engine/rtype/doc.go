// Package rtype makes reflect types in memory, so that values of types that were
// declared at run time are ordinary Go values: fmt, encoding/json, errors.As and
// every other compiled function sees their names, fields and methods.
//
// [Declare] makes a named type, and [Named.Under], [Named.Interface] and
// [Named.Methods] complete it. [NewClosure] makes a func value whose code is run
// by the caller. A program asks [SelfTest] before the first of them: it says
// whether the release of Go that it was built with has the layout known here.
//
// # Order of work
//
// Types may name each other. All of a group are declared first; pointers, slices,
// channels and functions of declared types can be made at once. Arrays, structs
// and maps need the size of what they hold, so a type whose size others need gets
// its underlying type before them; Under may be called again with the same
// layout. Interfaces follow, and methods come last, because the register layout
// of a method is fixed when it is set.
//
// # What lasts
//
// A type is never freed: the runtime keeps tables about it that it never clears.
// Method stubs are a fixed number for the process, see [ErrNoStubs].
//
// The runtime also remembers for ever that a type lacks an interface. A type that
// compiled code may have met must not get more methods; its owner declares a new
// type instead. New bodies for the methods it has are welcome at any time.
//
// # Concurrency
//
// All functions may be called from any goroutine, but a type is given to others
// only when it is complete.
package rtype

//go:generate go run ./gen
