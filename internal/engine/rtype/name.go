package rtype

import (
	"encoding/binary"
	"go/token"
	"sync"
	"unsafe"
)

// addReflectOff registers an address and returns the offset that stands for it in types made at run time.
//
//go:linkname addReflectOff reflect.addReflectOff
func addReflectOff(ptr unsafe.Pointer) int32

var (
	mu       sync.Mutex // guards the making of types
	keep     []any      // interface words and itabs keep no type alive
	names               = map[memberName]int32{}
	paths               = map[string]int32{}
	lastHash uint32     = 0x51deca5e
)

// memberName is a method's name; the package counts for unexported ones only.
type memberName struct{ name, pkg string }

// The runtime takes the first offset it gives out, -1, for a method that the linker removed.
func init() { addReflectOff(unsafe.Pointer(new(int64))) }

// nameFlags are the bits in front of an encoded name.
type nameFlags byte

const (
	nameExported nameFlags = 1 << iota
	nameTagged
	namePackage
	nameEmbedded
)

// encodeName returns a name as types hold it: flags, length, text, then the tag and the package if any.
func encodeName(s string, flags nameFlags, tag, pkg string) *byte {
	if tag != "" {
		flags |= nameTagged
	}
	if pkg != "" {
		flags |= namePackage
	}
	b := append(binary.AppendUvarint([]byte{byte(flags)}, uint64(len(s))), s...)
	if tag != "" {
		b = append(binary.AppendUvarint(b, uint64(len(tag))), tag...)
	}
	if pkg != "" {
		b = binary.NativeEndian.AppendUint32(b, uint32(pathOff(pkg)))
	}
	keep = append(keep, &b[0])
	return &b[0]
}

// textOff is the offset of a plain string.
func textOff(s string, flags nameFlags) int32 {
	return addReflectOff(unsafe.Pointer(encodeName(s, flags, "", "")))
}

func pathOff(path string) int32 {
	off, ok := paths[path]
	if !ok {
		off = textOff(path, 0)
		paths[path] = off
	}
	return off
}

func methodOff(n memberName) int32 {
	off, ok := names[n]
	if !ok {
		var flags nameFlags
		if token.IsExported(n.name) {
			flags = nameExported
		}
		off = addReflectOff(unsafe.Pointer(encodeName(n.name, flags, "", n.pkg)))
		names[n] = off
	}
	return off
}

func typeOff(r *rtype) int32 { return addReflectOff(unsafe.Pointer(r)) }

// newHash returns a hash for a type. Types may share one; spread hashes only make tables faster.
func newHash() uint32 {
	lastHash += 0x9e3779b9
	return lastHash
}
