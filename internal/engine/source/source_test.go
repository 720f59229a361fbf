package source

import (
	"go/ast"
	"go/format"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// file is the cell's file as text, without the empty lines.
func file(t *testing.T, c *Cell) string {
	t.Helper()
	var b strings.Builder
	if err := format.Node(&b, c.Fset, c.File); err != nil {
		t.Fatal(err)
	}
	lines := slices.DeleteFunc(strings.Split(b.String(), "\n"), func(l string) bool { return l == "" })
	return strings.Join(lines[1:], "\n")
}

func TestParse(t *testing.T) {
	for _, tc := range []struct{ name, code, want string }{
		{"nothing", "", ""},
		{"expression", "1 + 1", "func _() {\n\t1 + 1\n}"},
		{"only declarations", "var x = 1\nconst c = 2", "var x = 1\nconst c = 2"},
		{"a variable among statements", "var x = 1\nx", "func _() {\n\tvar x = 1\n\tx\n}"},
		{"everything mixed", "x := T{}\ntype T struct{}\nimport `fmt`\nfmt.Println(x)\nfunc (t T) M() {}\nx.M()", "import \"fmt\"\ntype T struct{}\nfunc (t T) M() {}\nfunc _() {\n\tx := T{}\n\tfmt.Println(x)\n\tx.M()\n}"},
		{"on one line", "import `fmt`; x := 1; func f() {}; x", "import \"fmt\"\nfunc f() {}\nfunc _() {\n\tx := 1\n\tx\n}"},
		{"program", "package main\nimport `fmt`\nfunc main() { fmt.Println() }", "import \"fmt\"\nfunc main() { fmt.Println() }"},
		{"function literal", "func() { x() }()", "func _() {\n\tfunc() { x() }()\n}"},
		{"literal with a result", "func(a int) T { return a }(1)", "func _() {\n\tfunc(a int) T { return a }(1)\n}"},
		{"literal with a generic result", "func(a int) T[int] { return a }(1)", "func _() {\n\tfunc(a int) T[int] { return a }(1)\n}"},
		{"literal with results", "func(a int) (b T, c T) { return }(1)", "func _() {\n\tfunc(a int) (b T, c T) { return }(1)\n}"},
		{"method with a comment inside", "func /* a */ (t T) /* b */ M /* c */ () {}", "func /* a */ (t T) /* b */ M /* c */ () {}"},
		{"generic function and method", "func f[T any](x T) {}\nfunc (s *S[T]) M() {}", "func f[T any](x T) {}\nfunc (s *S[T]) M() {}"},
		{"headers with semicolons", "for i := 0; i < 3; i++ {\n}\nif v := []int{1}; len(v) > 0 {\n}", "func _() {\n\tfor i := 0; i < 3; i++ {\n\t}\n\tif v := []int{1}; len(v) > 0 {\n\t}\n}"},
		{"documentation", "x := 1 // one\n// f does.\n//\n// Well.\nfunc f() {}", "// f does.\n//\n// Well.\nfunc f() {}\nfunc _() {\n\tx := 1 // one\n}"},
		{"comment behind is not documentation", "x := 1 // one\nfunc f() {}", "func f() {}\nfunc _() {\n\tx := 1 // one\n}"},
		{"carriage returns in raw strings", "x := `a\r\nb`\r\nfunc f() {}\r\n", "func f() {}\nfunc _() {\n\tx := `a\nb`\n}"},
		{"byte order mark", "\ufeffx := 1", "func _() {\n\tx := 1\n}"},
		{"commands", "%cd x\n$ ls (\nx", "func _() {\n\tx\n}"},
		{"empty statements", ";;x;;", "func _() {\n\tx\n}"},
		{"label", "L:\nfor {\n\tbreak L\n}", "func _() {\nL:\n\tfor {\n\t\tbreak L\n\t}\n}"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var s Sources
			c, errs := s.Parse("cell 1", tc.code)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if got := file(t, c); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
			if want := strings.Contains(tc.want, "func _"); (c.Body != nil) != want {
				t.Errorf("Body is %v", c.Body)
			}
			if want := strings.HasPrefix(tc.code, "package"); c.Program != want {
				t.Errorf("Program is %t", c.Program)
			}
		})
	}
}

func TestDocumentation(t *testing.T) {
	var s Sources
	c, errs := s.Parse("cell 1", "1 // one\n\n// not of f\n\n// f does.\nfunc f() {}\n\n/* g\nalso */\nfunc g() {}")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var docs []string
	for _, d := range c.File.Decls[:2] {
		docs = append(docs, d.(*ast.FuncDecl).Doc.Text())
	}
	if want := []string{"f does.\n", " g\nalso\n"}; !slices.Equal(docs, want) {
		t.Errorf("got %q, want %q", docs, want)
	}
}

func TestCommands(t *testing.T) {
	var s Sources
	c, errs := s.Parse("cell 1", "\n%cd a\n  $ls -l \n\nx\n%y")
	if c != nil || len(errs) != 1 || s.Position(errs[0].Pos).Line != 6 {
		t.Errorf("a command after code: %v", errs)
	}
	c, errs = s.Parse("cell 1", "\n%cd a\n  $ls -l \n\nx")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if want := []Command{{2, "%cd a"}, {3, "$ls -l"}}; !slices.Equal(c.Commands, want) {
		t.Errorf("got %v, want %v", c.Commands, want)
	}
	if p := s.Position(c.Body.Body.List[0].Pos()); p != (Position{"cell 1", 5, 1, "x"}) {
		t.Errorf("x is at %v", p)
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, tc := range []struct {
		name, code string
		want       []string
	}{
		{"missing operand", "x :=", []string{"1:5: expected operand, found the end of the cell"}},
		{"unfinished", "func f() {", []string{"1:11: expected '}', found the end of the cell"}},
		{"fault before an open bracket", "func f() {\n\tx = = 1\n", []string{"2:6: expected operand, found '='"}},
		{"fault before the unfinished piece", "x = = 1\nfunc f() {", []string{"1:5: expected operand, found '='", "2:11: expected '}', found the end of the cell"}},
		{"closing bracket", "x := 1\n}", []string{"2:1: expected statement, found '}'"}},
		{"wrong bracket", "x := (1}", []string{"1:8: expected ')', found '}'"}},
		{"two expressions", "1, 2", []string{"1:1: expected 1 expression"}},
		{"string", `"é" + "x`, []string{"1:7: string literal not terminated"}},
		{"one of each piece", "x = = 1\nvar 3\ny = = 1\ntype\nz", []string{"1:5: expected operand, found '='", "2:5: expected 'IDENT', found 3", "3:5: expected operand, found '='", "5:2: expected type, found the end of the cell"}},
		{"two packages", "package a\npackage b", []string{"2:1: expected statement, found 'package'"}},
		{"command of another kernel", "x\n!pip install x", []string{"2:6: expected ';', found install: a program is run by $pip install x before the code"}},
		{"line directives do not move it", "//line a.go:100\nx = = 1", []string{"2:5: expected operand, found '='"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var s Sources
			s.Parse("cell 1", "func before() {}")
			c, errs := s.Parse("cell 2", tc.code)
			if c != nil {
				t.Error("there is a cell")
			}
			var got []string
			for _, e := range errs {
				p := s.Position(e.Pos)
				got = append(got, strings.TrimPrefix(p.String(), "cell 2:")+": "+e.Msg)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestErrorsAreBounded(t *testing.T) {
	var s Sources
	_, errs := s.Parse("cell 1", strings.Repeat("type T = =\nx = 1\n", 30))
	if len(errs) != maxErrors {
		t.Errorf("%d errors, want %d", len(errs), maxErrors)
	}
}

// Every name of the tree is where its text is.
func TestPositions(t *testing.T) {
	var s Sources
	first, _ := s.Parse("cell 1", "func old() {}")
	code := "%cd é\né := T{}; type T struct{ b int }\r\nimport m `math`\n/* é */ func f(a int) {}\nm.Sin(1)"
	c, errs := s.Parse("cell 2", code)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	lines := strings.Split(code, "\n")
	names := 0
	ast.Inspect(c.File, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || id.Name == "_" || id.Name == "main" {
			return true
		}
		names++
		p := s.Position(id.Pos())
		line := []rune(lines[p.Line-1])
		if p.Cell != "cell 2" || !strings.HasPrefix(string(line[p.Column-1:]), id.Name) {
			t.Errorf("%s is said to be at %v", id.Name, p)
		}
		if offset := c.Offset(id.Pos()); !strings.HasPrefix(code[offset:], id.Name) {
			t.Errorf("%s is said to be at offset %d", id.Name, offset)
		}
		return true
	})
	if names != 11 {
		t.Errorf("%d names", names)
	}
	if got := s.Position(first.File.Decls[0].Pos()); got != (Position{"cell 1", 1, 1, "func old() {}"}) {
		t.Errorf("the first cell: %v", got)
	}
	if got := c.Offset(first.File.Decls[0].Pos()); got != -1 {
		t.Errorf("offset of another cell: %d", got)
	}
	for _, pos := range []token.Pos{token.NoPos, -5, 1 << 30} {
		if got := s.Position(pos); got != (Position{}) {
			t.Errorf("position %d: %v", pos, got)
		}
	}
}

func TestKept(t *testing.T) {
	var s Sources
	f, _ := s.Parse("f", "func f() {}")
	x, _ := s.Parse("x", "x")
	s.Parse("y", "y")
	if p := s.Position(x.Body.Body.List[0].Pos()); p != (Position{}) {
		t.Errorf("a cell without functions is kept: %v", p)
	}
	for range maxKept - 2 {
		s.Parse("more", "func g() {}")
	}
	if p := s.Position(f.File.Decls[0].Pos()); p.Cell != "f" {
		t.Errorf("f is %v", p)
	}
	s.Parse("more", "func g() {}")
	s.Parse("more", "func g() {}")
	if p := s.Position(f.File.Decls[0].Pos()); p != (Position{}) {
		t.Errorf("too much is kept: %v", p)
	}
	s.Parse("long", "func h() {}\n"+strings.Repeat("// long\n", maxKeptBytes/8))
	if len(s.kept) != 1 {
		t.Errorf("%d cells are kept beside a long one", len(s.kept)-1)
	}
}

func TestExcerpt(t *testing.T) {
	for _, tc := range []struct {
		name string
		at   Position
		want []string
	}{
		{"caret below the column", Position{"c", 1, 9, "\té := x + nothing"}, []string{"    \té := x + nothing", "    \t       ^"}},
		{"behind the line", Position{"c", 1, 5, "x :="}, []string{"    x :=", "        ^"}},
		{"blank line", Position{"c", 1, 1, "  "}, nil},
		{"no place", Position{}, nil},
		{"long line", Position{"c", 1, 1, strings.Repeat("x", maxExcerpt+1)}, nil},
	} {
		if got := Excerpt(tc.at); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}
