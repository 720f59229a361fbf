package assist

// word is what there is to say about one of Go's own names.
type word struct {
	signature string // of a function
	text      string
}

var builtins = map[string]word{
	"append":  {"(slice []Type, elems ...Type) []Type", "append adds elements to the end of a slice and returns the slice with them. The result may share the memory of the argument: keep it."},
	"cap":     {"(v Type) int", "cap is how many elements a slice, array or channel has room for."},
	"clear":   {"(t Type)", "clear removes all entries of a map, or sets all elements of a slice to their zero value."},
	"close":   {"(c chan<- Type)", "close says that nothing more is sent to a channel. Receiving from it then gives zero values at once."},
	"complex": {"(r, i FloatType) ComplexType", "complex makes a complex number of its real and imaginary parts."},
	"copy":    {"(dst, src []Type) int", "copy copies elements from src to dst, as many as the shorter one has, and returns their number."},
	"delete":  {"(m map[Type]Type1, key Type)", "delete removes the entry with that key from a map, if there is one."},
	"imag":    {"(c ComplexType) FloatType", "imag is the imaginary part of a complex number."},
	"len":     {"(v Type) int", "len is the number of elements of a slice, array, map or channel, or the number of bytes of a string."},
	"make":    {"(t Type, size ...IntegerType) Type", "make makes a slice, map or channel. The sizes are the length and capacity of a slice, the room for entries of a map, and the buffer of a channel."},
	"max":     {"(x Type, y ...Type) Type", "max is the largest of its arguments."},
	"min":     {"(x Type, y ...Type) Type", "min is the smallest of its arguments."},
	"new":     {"(Type) *Type", "new makes a variable of a type, or with the value of an expression, and returns the pointer to it."},
	"panic":   {"(v any)", "panic ends the function, runs what it deferred, and goes on like this in its callers until one recovers."},
	"print":   {"(args ...Type)", "print writes its arguments to the standard error output, for debugging."},
	"println": {"(args ...Type)", "println writes its arguments with blanks between them and a line break to the standard error output, for debugging."},
	"real":    {"(c ComplexType) FloatType", "real is the real part of a complex number."},
	"recover": {"() any", "recover stops a panic and returns its value, when a deferred function calls it."},

	// Of package unsafe.
	"Add":        {"(ptr Pointer, len IntegerType) Pointer", "Add moves a pointer by a number of bytes."},
	"Alignof":    {"(x Type) uintptr", "Alignof is the alignment of the argument's type in bytes."},
	"Offsetof":   {"(x Type) uintptr", "Offsetof is where in its struct the selected field begins, in bytes."},
	"Sizeof":     {"(x Type) uintptr", "Sizeof is the size of the argument's type in bytes."},
	"Slice":      {"(ptr *Type, len IntegerType) []Type", "Slice is the slice of len elements that begins where ptr points."},
	"SliceData":  {"(slice []Type) *Type", "SliceData is the pointer to the first element of a slice."},
	"String":     {"(ptr *byte, len IntegerType) string", "String is the string of len bytes that begins where ptr points."},
	"StringData": {"(str string) *byte", "StringData is the pointer to the bytes of a string."},
}

// predeclared are Go's own types and constants.
var predeclared = map[string]string{
	"any":        "any is an interface without methods: every value fits.",
	"bool":       "bool is true or false.",
	"byte":       "byte is another name of uint8, for bytes.",
	"comparable": "comparable is the constraint of types whose values can be compared with == and !=.",
	"complex128": "complex128 is a complex number of two float64.",
	"complex64":  "complex64 is a complex number of two float32.",
	"error":      "error is what functions return that can fail; nil means that they did not.",
	"float32":    "float32 is a floating-point number of 32 bits.",
	"float64":    "float64 is a floating-point number of 64 bits.",
	"int":        "int is a signed integer as wide as the machine's words, 64 bits mostly.",
	"int16":      "int16 is a signed integer of 16 bits, from -32768 to 32767.",
	"int32":      "int32 is a signed integer of 32 bits, from -2147483648 to 2147483647.",
	"int64":      "int64 is a signed integer of 64 bits.",
	"int8":       "int8 is a signed integer of 8 bits, from -128 to 127.",
	"iota":       "iota numbers the specifications of a group of constants, from 0.",
	"nil":        "nil is the zero value of pointers, functions, interfaces, slices, channels and maps.",
	"rune":       "rune is another name of int32, for Unicode code points.",
	"string":     "string is a sequence of bytes that does not change, mostly text in UTF-8.",
	"uint":       "uint is an unsigned integer as wide as the machine's words, 64 bits mostly.",
	"uint16":     "uint16 is an unsigned integer of 16 bits, from 0 to 65535.",
	"uint32":     "uint32 is an unsigned integer of 32 bits, from 0 to 4294967295.",
	"uint64":     "uint64 is an unsigned integer of 64 bits.",
	"uint8":      "uint8 is an unsigned integer of 8 bits, from 0 to 255.",
	"uintptr":    "uintptr is an unsigned integer that has room for an address.",
}

var keywordTexts = map[string]string{
	"break":       "break ends the innermost for, switch or select, or the one that a label names.",
	"case":        "case begins what a switch or select does for some values or for a channel operation.",
	"chan":        "chan begins the type of a channel: chan T, <-chan T to receive only, chan<- T to send only.",
	"const":       "const declares constants, whose values are known before the program runs.",
	"continue":    "continue goes on with the next turn of the innermost loop, or of the one that a label names.",
	"default":     "default begins what a switch or select does when no case fits.",
	"defer":       "defer calls a function when the surrounding one ends; at the top of a cell, when the cell ends.",
	"else":        "else begins what an if does when its condition is false.",
	"fallthrough": "fallthrough goes on with the statements of the next case of a switch.",
	"for":         "for repeats a block: for {}, for condition {}, for init; condition; step {}, for x := range y {}.",
	"func":        "func declares a function or a method, or begins a function value.",
	"go":          "go calls a function in a goroutine of its own.",
	"goto":        "goto continues at a label of the same function.",
	"if":          "if runs a block when a condition is true: if condition {}, if init; condition {}.",
	"import":      "import makes a package's exported names usable: import \"fmt\".",
	"interface":   "interface begins a type that lists the methods a value must have, or the types a type argument may be.",
	"map":         "map begins the type of a table of values by keys: map[string]int.",
	"package":     "package names the package of a file. A cell needs none.",
	"range":       "range goes through a slice, array, string, map, channel, integer or iterator function.",
	"return":      "return ends a function, with its results.",
	"select":      "select waits for the first of several channel operations.",
	"struct":      "struct begins a type that consists of fields.",
	"switch":      "switch runs the first case that fits a value, a type or a condition.",
	"type":        "type declares types: type Celsius float64, type Name = Other.",
	"var":         "var declares variables: var x int, var x = 1.",
}
