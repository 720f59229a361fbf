package display_test

import (
	"fmt"

	"github.com/ipyauth/ipyauth/kernel/display"
)

// celsius is shown as HTML in a notebook: its method is all it takes.
type celsius float64

func (c celsius) HTML() string { return fmt.Sprintf("<b>%.1f °C</b>", float64(c)) }

func ExampleRender() {
	d, ok := display.Render(celsius(21.5))
	fmt.Println(ok, d.Data["text/html"], d.Data["text/plain"])
	// Output: true <b>21.5 °C</b> 21.5
}
