package jupyter

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Bounds of the four JSON parts of a message. Content holds a cell's code or a widget's state; the rest is
// bookkeeping. Depth stays under the recursion limit of the Python programs that read what we pass on.
const (
	maxContent  = 256 << 20
	maxMetadata = 16 << 20
	maxHeader   = 64 << 10
	maxDepth    = 500
)

var (
	errTooLong   = errors.New("too long")
	errTooDeep   = errors.New("nested too deeply")
	errNotObject = errors.New("not a JSON object")
	errNotJSON   = errors.New("not valid JSON")
)

// checkObject accepts data that is one JSON object of at most limit bytes and maxDepth levels. The cheap
// checks come first, so that a wrong message costs one look or one pass, and no memory.
func checkObject(data []byte, limit int) error {
	switch {
	case len(data) > limit:
		return errTooLong
	case firstByte(data) != '{':
		return errNotObject
	case deeperThan(data, maxDepth):
		return errTooDeep
	case !json.Valid(data):
		return errNotJSON
	}
	return nil
}

// firstByte is the first byte that is not JSON white space (RFC 8259, section 2), 0 if there is none.
func firstByte(data []byte) byte {
	for _, b := range data {
		switch b {
		case ' ', '\t', '\n', '\r':
		default:
			return b
		}
	}
	return 0
}

// deeperThan counts open brackets outside strings. It need not understand the rest: json.Valid follows.
func deeperThan(data []byte, limit int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		b := data[i]
		switch {
		case quoted && b == '\\':
			i++ // whatever is escaped does not end the string
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			if depth++; depth > limit {
				return true
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return false
}

// scrub takes the data out of encoding/json's errors, whose texts quote numbers and characters. Errors of this
// package's own UnmarshalJSON methods hold none and pass.
func scrub(err error) error {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		kind, _, _ := strings.Cut(wrong.Value, " ") // "number 5" -> "number"
		if wrong.Field == "" {
			return fmt.Errorf("is a JSON %s", kind)
		}
		return fmt.Errorf("key %s is a JSON %s", wrong.Field, kind)
	case errors.As(err, &syntax):
		return errNotJSON
	}
	return err
}
