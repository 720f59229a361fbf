package interp

import (
	"fmt"

	"github.com/cosmos72/gomacro/fast"
)

// doc is what symbols_gen.go knows of an exported name.
type doc struct {
	signature string // of functions and methods, without name and receiver
	text      string // the doc comment
}

// realPath is the path of the package that cells import as path.
func realPath(path string) string {
	if real, ok := shortPaths[path]; ok {
		return real
	}
	return path
}

// constText is a constant's value, as Go writes it.
func constText(bind *fast.Bind) string {
	switch v := bind.Value.(type) {
	case fast.UntypedLit:
		return v.Val.String()
	case nil:
		return ""
	case string:
		return fmt.Sprintf("%q", v)
	}
	return fmt.Sprint(bind.Value)
}
