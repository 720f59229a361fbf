package engine

import (
	"go/token"

	"github.com/ipyauth/ipyauth/internal/engine/run"
)

// caller is runtime.Caller for cells: the file is the cell, and pc means nothing to
// the functions of package runtime.
func (s *Session) caller(skip int) (pc uintptr, file string, line int, ok bool) {
	th := run.Current()
	if th == nil {
		return 0, "", 0, false
	}
	for _, call := range th.Trace() {
		if call.Pos == 0 { // compiled code
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		at := s.sources.Position(token.Pos(call.Pos))
		return uintptr(call.Pos), at.Cell, at.Line, at.Line > 0
	}
	return 0, "", 0, false
}
