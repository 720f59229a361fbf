// Package rand is the shadow of Go's math/rand/v2: its generic names.
package rand

import compiled "math/rand/v2"

// N is a random number in [0,n). It panics when n is not positive.
func N[Int intType](n Int) Int {
	if n <= 0 {
		panic("invalid argument to N")
	}
	return Int(compiled.Uint64N(uint64(n)))
}

type intType interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}
