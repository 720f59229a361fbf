package rtype

import "encoding/binary"

// stubNumber reads MOVL $n, R12.
func stubNumber(code *[stubStep]byte) int { return int(binary.LittleEndian.Uint32(code[2:])) }
