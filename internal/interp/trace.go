package interp

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/cosmos72/gomacro/fast"
)

// maxFrames is how many calls a traceback lists at most.
const maxFrames = 8

// trace is where a running cell failed, the innermost call first: the cell's
// number, the line and its text. Only interpreted code is listed, and no call
// above a function that has a defer, for gomacro forgets where those were.
func (in *interpreter) trace(x *execution) (lines []string) {
	add := func(pos token.Pos) {
		src := in.sources.find(pos)
		if src == nil {
			return
		}
		at := src.place(pos)
		place := fmt.Sprintf("%s:%d", src.name(), at.line)
		if n := len(lines); n >= 2 && lines[n-2] == place {
			return
		}
		lines = append(lines, place, "    "+trim(src.line(at.line)))
	}
	frames := 0
	for env := in.run.CurrEnv; env != nil; env = caller(env) {
		if frames++; frames > maxFrames {
			lines = append(lines, "...")
			break
		}
		if env.FileEnv != env && env.IP >= 0 && env.IP < len(env.DebugPos) {
			add(env.DebugPos[env.IP])
		}
	}
	add(x.at)
	return lines
}

// caller is the innermost scope of the function that called env's.
func caller(env *fast.Env) *fast.Env {
	for ; env != nil; env = env.Outer {
		if env.Caller != nil {
			return env.Caller
		}
	}
	return nil
}

// trim shortens a line for a traceback.
func trim(line string) string {
	line = strings.TrimSpace(line)
	if r := []rune(line); len(r) > maxExcerpt {
		return string(r[:maxExcerpt]) + "..."
	}
	return line
}
