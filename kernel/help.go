package kernel

import (
	"regexp"
	"strings"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// helpCell is a cell that asks about a name: fmt.Println? or, for more,
// fmt.Println??. No Go code looks like this.
var helpCell = regexp.MustCompile(`^\s*([\pL_][\pL\pN_.]*)(\?\??)\s*$`)

// help answers a cell that asks about a name by a page in the reply:
// messaging specification, "Payloads (DEPRECATED)", which front ends still
// show and for which there is no successor. A cell that asks about nothing
// known is code like any other.
func (k *kernel) help(code string) (outcome, bool) {
	if !strings.Contains(code, "?") {
		return outcome{}, false
	}
	asked := helpCell.FindStringSubmatch(code)
	if asked == nil {
		return outcome{}, false
	}
	name := asked[1]
	about := k.about(jupyter.InspectRequest{
		Code: name, CursorPos: len([]rune(name)), DetailLevel: len(asked[2]) - 1,
	})
	if !about.Found {
		return outcome{}, false
	}
	return outcome{payload: jupyter.List[any]{map[string]any{"source": "page", "data": about.Data, "start": 0}}}, true
}
