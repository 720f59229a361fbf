package memory

import "reflect"

// Shape is how values of a type are held while code computes with them: in
// registers as one of Go's own types, or, for arrays and structs, in memory.
type Shape uint8

// The shapes. int, uint and uintptr have the shapes of 64 bits.
const (
	Bool Shape = iota
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float32
	Float64
	Complex64
	Complex128
	String
	Pointer   // pointers, maps, channels, functions
	Iface     // interfaces: Interface
	SliceOf   // Slice
	Block     // structs and arrays: their address
	NumShapes = iota
)

var shapes = [...]Shape{
	reflect.Bool: Bool, reflect.Int: Int64, reflect.Int8: Int8, reflect.Int16: Int16, reflect.Int32: Int32, reflect.Int64: Int64,
	reflect.Uint: Uint64, reflect.Uint8: Uint8, reflect.Uint16: Uint16, reflect.Uint32: Uint32, reflect.Uint64: Uint64, reflect.Uintptr: Uint64,
	reflect.Float32: Float32, reflect.Float64: Float64, reflect.Complex64: Complex64, reflect.Complex128: Complex128,
	reflect.Array: Block, reflect.Chan: Pointer, reflect.Func: Pointer, reflect.Interface: Iface, reflect.Map: Pointer,
	reflect.Pointer: Pointer, reflect.Slice: SliceOf, reflect.String: String, reflect.Struct: Block, reflect.UnsafePointer: Pointer,
}

func shapeOf(t reflect.Type) Shape { return shapes[t.Kind()] }
