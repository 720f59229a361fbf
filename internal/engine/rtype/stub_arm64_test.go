package rtype

import (
	"encoding/binary"
	"math/bits"
)

// stubNumber reads MOVD $n, R20, which is a MOVZ, a move of the zero register, or an
// ORR of a run of ones.
func stubNumber(code *[stubStep]byte) int {
	word := binary.LittleEndian.Uint32(code[:])
	if word == 0xaa1f03f4 {
		return 0
	}
	if word>>21 == 0xd2800000>>21 {
		return int(word >> 5 & 0xffff)
	}
	rotate, ones := int(word>>16&63), word>>10&63+1
	return int(bits.RotateLeft64(1<<ones-1, -rotate))
}
