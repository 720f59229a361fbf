package preview_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine/assist/preview"
)

// loud panics when something calls its methods.
type loud struct {
	Name string
	next *loud
}

func (loud) String() string { panic("called") }
func (loud) Error() string  { panic("called") }

func TestText(t *testing.T) {
	cycle := &loud{Name: "a"}
	cycle.next = cycle
	endless := []any{nil}
	endless[0] = endless
	wide := struct{ A, B, C string }{strings.Repeat("a", 150), strings.Repeat("b", 150), "c"}
	for _, row := range []struct {
		value any
		want  string
	}{
		{42, "42"},
		{uint8(7), "7"},
		{1.5, "1.5"},
		{2i, "(0+2i)"},
		{true, "true"},
		{"a \"b\"\n", `"a \"b\"\n"`},
		{nil, ""},
		{[]int(nil), "nil"},
		{[]any{nil}, "{nil}"},
		{[]string{"a", "b"}, `{"a", "b"}`},
		{[3]int{1, 2, 3}, "{1, 2, 3}"},
		{make([]int, 100), "{0, 0, 0, 0, 0, 0, 0, 0, … 100 in all}"},
		{map[string]int{"a": 1, "b": 2}, "{… 2 in all}"},
		{loud{Name: "a"}, `{Name: "a", next: nil}`},
		{cycle, `&{Name: "a", next: &{Name: "a", next: &{Name: "a", next: …}}}`},
		{endless, "{{{{… 1 in all}}}}"},
		{func() {}, "…"},
		{make(chan int), "…"},
		{new(int), "…"},
		{strings.Repeat("é", 300), `"` + strings.Repeat("é", 99) + "…"},
		{wide, `{A: "` + strings.Repeat("a", 150) + `", B: "` + strings.Repeat("b", 38) + "…"},
	} {
		if got := preview.Text(reflect.ValueOf(row.value)); got != row.want {
			t.Errorf("%T: got %s, want %s", row.value, got, row.want)
		}
	}
}
