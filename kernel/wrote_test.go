package kernel_test

import (
	"fmt"
	"testing"

	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/cell"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// Library code learns whether a text is written in the notebook: in this cell, or one
// before it.
func TestWrote(t *testing.T) {
	const other = `s := "needle"`
	asks := func(words string) func(kernel.Cell) (*display.Data, error) {
		return func(c kernel.Cell) (*display.Data, error) { return text(fmt.Sprint(cell.Wrote(words)))(c) }
	}
	c := start(t, cells{other: nothing, `ask about "pin"`: asks("pin"), "ask": asks("needle"), "ask none": asks("")})
	for _, row := range []struct{ code, want string }{
		{"ask", "false"}, {`ask about "pin"`, "true"}, {"ask none", "false"}, {other, ""}, {"ask", "true"},
	} {
		x := c.Execute(row.code)
		if row.want == "" {
			continue
		}
		if got := result(x); got != row.want {
			t.Errorf("%s: %v; want %s", row.code, got, row.want)
		}
	}
	if cell.Wrote("needle") != true {
		t.Error("between cells the notebook is forgotten")
	}
}
