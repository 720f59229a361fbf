package engine_test

import (
	"os"
	"testing"

	"github.com/ipyauth/ipyauth/internal/engine"
)

// What people ran into with Go in notebooks, one row for each kind. prints is what
// all cells print, shows what the last one shows.
func TestReports(t *testing.T) {
	const animal = "type Animal interface{ Sound() string }\ntype Cat struct{ Name string }\nfunc (c Cat) Sound() string { return c.Name + ` purrs` }\n"
	const short = "type Short struct{ By int }\nfunc (s *Short) Error() string { return fmt.Sprintf(`short by %d`, s.By) }\nfunc pay(n int) error { if n < 5 { return &Short{5 - n} }; return nil }\n"
	for _, tc := range []struct {
		name   string
		cells  []string
		prints string
		shows  string
	}{
		{"argument from a map", []string{"import `strings`", "m := map[string]string{`k`: `v`}\nstrings.ToUpper(m[`k`])"}, "", "V"},
		{"argument from a map, variadic", []string{"func count(s string, n ...int) int { return len(n) }\ncount(map[int]string{1: `x`}[1])"}, "", "0"},
		{"argument from a channel", []string{"c := make(chan int, 1)\nc <- 4\nfmt.Println(<-c)"}, "4", ""},
		{"String of an enumeration", []string{"type Size int\nconst (\n\tSmall Size = iota\n\tLarge\n)\nfunc (s Size) String() string { return [...]string{`small`, `large`}[s] }\nfmt.Printf(`%v %s %d`, Large, Small, Large)"}, "large small 1", ""},
		{"Error of an own type", []string{short + "fmt.Println(`error:`, pay(2))"}, "error: short by 3", ""},
		{"errors.As", []string{short + "var s *Short\nerrors.As(fmt.Errorf(`pay: %w`, pay(1)), &s)\ns.By"}, "", "4"},
		{"constant error", []string{"type Text string\nfunc (t Text) Error() string { return string(t) }\nconst Gone = Text(`gone`)\nvar err error = Gone\nerr == Gone"}, "", "true"},
		{"case error", []string{short + "kind := func(v any) string { switch v.(type) { case error: return `error` }; return `other` }\nkind(pay(0))"}, "", "error"},
		{"heap", []string{"import `container/heap`\ntype Queue []int\nfunc (q Queue) Len() int { return len(q) }\nfunc (q Queue) Less(i, j int) bool { return q[i] < q[j] }\nfunc (q Queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }\nfunc (q *Queue) Push(x any) { *q = append(*q, x.(int)) }\nfunc (q *Queue) Pop() any { last := (*q)[len(*q)-1]; *q = (*q)[:len(*q)-1]; return last }", "q := &Queue{7, 3, 5}\nheap.Init(q)\nheap.Push(q, 1)\nfmt.Println(heap.Pop(q), heap.Pop(q))"}, "1 3", ""},
		{"MarshalJSON", []string{"type Day int\nfunc (d Day) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, `\"day %d\"`, d), nil }\nb, _ := json.Marshal(map[string]any{`at`: Day(2)})\nstring(b)"}, "", `{"at":"day 2"}`},

		{"compiled type in an own interface", []string{"type sizer interface{ Len() int }\nfunc show(s sizer) string { return fmt.Sprintf(`%v %d`, s, s.Len()) }\nshow(bytes.NewBufferString(`abc`))"}, "", "abc 3"},
		{"own interface to any and back", []string{animal + "var a Animal = Cat{`Tom`}\nvar v any = a\nv.(Cat).Name"}, "", "Tom"},
		{"assertion to an own interface", []string{animal + "var v any = Cat{`Tom`}\nv.(Animal).Sound()"}, "", "Tom purrs"},
		{"case of an own interface", []string{animal + "is := func(v any) bool { switch v.(type) { case Animal: return true }; return false }\nis(&Cat{}) && !is(1)"}, "", "true"},
		{"own interface as a compiled one", []string{"type sink interface{ Write(p []byte) (int, error) }\nvar s sink = os.Stdout\nfmt.Fprintln(s, `out`)"}, "out", ""},
		{"interface that embeds an own one", []string{"type R interface{ Read() string }\ntype RW interface {\n\tR\n\tWrite(s string)\n}\ntype box struct{ s string }\nfunc (b *box) Read() string { return b.s }\nfunc (b *box) Write(s string) { b.s = s }\nvar rw RW = &box{}\nrw.Write(`in`)\nrw.Read()"}, "", "in"},
		{"interface whose method returns it", []string{"type Shape interface {\n\tDouble() Shape\n\tArea() int\n}\ntype Square int\nfunc (s Square) Double() Shape { return 2 * s }\nfunc (s Square) Area() int { return int(s * s) }\nShape(Square(3)).Double().Area()"}, "", "36"},

		{"method of a list", []string{"type Node struct {\n\tV int\n\tNext *Node\n}\nfunc (n *Node) Sum() int { if n == nil { return 0 }; return n.V + n.Next.Sum() }\n(&Node{1, &Node{2, nil}}).Sum()"}, "", "3"},
		{"structs that point to each other", []string{"type Team struct{ People []*Person }\ntype Person struct{ In *Team }\nt := &Team{}\nt.People = append(t.People, &Person{t})\nt.People[0].In == t"}, "", "true"},
		{"a struct that holds itself", []string{"type N struct{ list [2]N }"}, "", "CompileError: cell 1:1:6: invalid recursive type: N refers to itself"},
		{"%+v of unexported fields", []string{"type P struct{ name string; Age int }\nfmt.Printf(`%+v %#v %T`, P{`x`, 3}, P{`y`, 4}, P{})"}, `{name:x Age:3} main.P{name:"y", Age:4} main.P`, ""},
		{"json without unexported fields", []string{"type P struct {\n\tName string `json:\"name\"`\n\tsecret string\n}\nb, _ := json.Marshal(P{`x`, `s`})\nstring(b)"}, "", `{"name":"x"}`},
		{"json of an embedded struct", []string{"type Base struct{ ID int }\ntype User struct {\n\tBase\n\tName string\n}\nb, _ := json.Marshal(User{Base{1}, `n`})\nstring(b)"}, "", `{"ID":1,"Name":"n"}`},
		{"json of a recursive struct", []string{"type Tree struct {\n\tV int\n\tKids []Tree\n}\nvar tree Tree\n_ = json.Unmarshal([]byte(`{\"V\":1,\"Kids\":[{\"V\":2}]}`), &tree)\ntree.Kids[0].V"}, "", "2"},

		{"element of an interface", []string{animal + "zoo := make([]Animal, 1)\nzoo[0] = Cat{`Tom`}\nzoo[0].Sound()"}, "", "Tom purrs"},
		{"field that is an error", []string{"type none struct{}\nfunc (none) Error() string { return `none` }\ntype R struct{ Err error }\nr := R{}\nr.Err = none{}\nr.Err.Error()"}, "", "none"},
		{"field that is a handler", []string{"type hello struct{}\nfunc (*hello) ServeHTTP(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `hello`) }\nvar s http.Server\ns.Handler = &hello{}\nw := httptest.NewRecorder()\ns.Handler.ServeHTTP(w, nil)\nw.Body.String()"}, "", "hello"},
		{"field that is a writer", []string{"type count struct{ n int }\nfunc (c *count) Write(p []byte) (int, error) { c.n += len(p); return len(p), nil }\nc := &count{}\nvar l log.Logger\nl.SetOutput(c)\nl.Print(`four`)\nc.n"}, "", "5"},
		{"pointer to an interface", []string{animal + "var a Animal\np := &a\n*p = Cat{`Tom`}\na.Sound()"}, "", "Tom purrs"},
		{"variables from a call", []string{"func f() (int, error) { return 3, nil }\nvar a, err = f()\na"}, "", "3"},
		{"constant to a type of the library", []string{"import `html/template`\nstring(template.HTML(`x`))"}, "", "x"},

		{"package without an import", []string{"fmt.Println(strings.Repeat(`a`, 2))"}, "aa", ""},
		{"package of several", []string{"rand.Int()"}, "", `CompileError: cell 1:1:1: undefined: rand (import "crypto/rand", "math/rand" or "math/rand/v2")`},
		{"loop variables", []string{"var wg sync.WaitGroup\nvar sum atomic.Int64\nfor _, v := range []int64{1, 2, 4} {\n\twg.Add(1)\n\tgo func() { defer wg.Done(); sum.Add(v) }()\n}\nwg.Wait()\nsum.Load()"}, "", "7"},
		{"defer at the top", []string{"f, _ := os.CreateTemp(``, `r`)\ndefer os.Remove(f.Name())\ndefer f.Close()\n_, err := f.WriteString(`x`)\nerr == nil", "_, err = f.WriteString(`x`)\nerrors.Is(err, os.ErrClosed)"}, "", "true"},
		{"function literal as a statement", []string{"func() { fmt.Println(3) }()"}, "3", ""},
		{"goto forward", []string{"func f() {\n\tif true {\n\t\tgoto end\n\t}\n\tfmt.Println(`skipped`)\nend:\n\tfmt.Println(`end`)\n}\nf()"}, "end", ""},
		{"function of a later cell", []string{"func a() int { return b() + 1 }", "func b() int { return 41 }", "a()"}, "", "42"},
		{"a whole program", []string{"package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(`ran`) }", "main()"}, "ran", ""},
		{"mismatched constants", []string{"`a` + 1"}, "", "CompileError: cell 1:1:1: invalid operation: `a` + 1 (mismatched types untyped string and untyped int)"},
		{"missing return", []string{"func f(n int) int { if n > 0 { return 1 } }"}, "", "CompileError: cell 1:1:43: missing return"},

		{"generic function", []string{"func Map[T, U any](xs []T, f func(T) U) (us []U) { for _, x := range xs { us = append(us, f(x)) }; return us }\nMap([]int{1, 2}, strconv.Itoa)"}, "", "[1 2]"},
		{"generic type", []string{"type Stack[T any] struct{ items []T }\nfunc (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }", "var s Stack[string]\ns.Push(`a`)\nfmt.Sprintf(`%v %T`, s.items, s)"}, "", "[a] main.Stack[string]"},
		{"generic type of the library", []string{"var p atomic.Pointer[int]\np.Store(new(5))\n*p.Load()"}, "", "5"},
		{"slices, maps, cmp", []string{"import (\n\t`cmp`\n\t`maps`\n\t`slices`\n)\nm := map[string]int{`b`: 1, `a`: 2}\nslices.SortedFunc(maps.Keys(m), func(a, b string) int { return cmp.Compare(m[a], m[b]) })"}, "", "[b a]"},
		{"range over an integer", []string{"for i := range 3 { fmt.Print(i) }"}, "012", ""},
		{"range over a function", []string{"for part := range strings.SplitSeq(`a-b`, `-`) { fmt.Print(part) }"}, "ab", ""},
		{"min, max and clear", []string{"m := map[int]int{1: 1}\nclear(m)\nmin(2, 1) + max(3, 4) + len(m)"}, "", "5"},
		{"a command of another notebook", []string{"!ls -l"}, "", "CompileError: cell 1:1:2: undefined: ls: a program is run by $ls -l before the code"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := newNotebook(t, engine.Options{})
			var shows string
			var prints string
			printed(t, &os.Stderr, func() { // remarks
				prints = printed(t, &os.Stdout, func() { shows = n.last(t, tc.cells) })
			})
			if prints != tc.prints {
				t.Errorf("prints %q, want %q", prints, tc.prints)
			}
			if shows != tc.shows {
				t.Errorf("shows %q\nwant  %q", shows, tc.shows)
			}
		})
	}
}
