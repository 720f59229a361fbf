package gosuite

import (
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite/child"
	"github.com/ipyauth/ipyauth/internal/engine/gosuite/process"
)

// Snippet is a few cells and what they print.
type Snippet struct {
	Name  string
	Cells []string
	// Output is what a session must print. It is written by hand, because no
	// compiled program is the same; Session tells that there is one.
	Output  string
	Session bool
}

// ReadSnippets reads snippets: each begins with a line "=== NAME", "---" stands
// between its cells, and "--- out" in front of a session's output.
func ReadSnippets(text string) ([]Snippet, error) {
	var snippets []Snippet
	for _, section := range sections(text) {
		s := Snippet{Name: section[0]}
		cells, output, session := strings.Cut(section[1], "--- out\n")
		s.Output, s.Session = output, session
		for cell := range strings.SplitSeq(cells, "---\n") {
			s.Cells = append(s.Cells, strings.TrimSuffix(cell, "\n"))
		}
		if slices.ContainsFunc(snippets, func(o Snippet) bool { return o.Name == s.Name }) {
			return nil, fmt.Errorf("snippets: two are named %s", s.Name)
		}
		snippets = append(snippets, s)
	}
	if len(snippets) == 0 {
		return nil, fmt.Errorf("snippets: there are none")
	}
	return snippets, nil
}

// Expect gives the snippets that are no sessions the output that a second text
// has for them, in sections with the same names.
func Expect(snippets []Snippet, text string) error {
	outputs := map[string]string{}
	for _, section := range sections(text) {
		outputs[section[0]] = section[1]
	}
	for i, s := range snippets {
		output, ok := outputs[s.Name]
		if !s.Session && !ok {
			return fmt.Errorf("snippets: no expected output of %s", s.Name)
		}
		if !s.Session {
			snippets[i].Output = output
		}
	}
	return nil
}

// sections splits a text at the lines that begin with "=== " into names and
// what follows them.
func sections(text string) [][2]string {
	var list [][2]string
	for part := range strings.SplitSeq("\n"+text, "\n=== ") {
		if name, rest, ok := strings.Cut(part, "\n"); ok && strings.TrimSpace(name) != "" {
			if rest != "" && !strings.HasSuffix(rest, "\n") {
				rest += "\n" // the end of the last line is the beginning of the next section
			}
			list = append(list, [2]string{strings.TrimSpace(name), rest})
		}
	}
	return list
}

// Program is the snippet as one program: its statements are the body of main.
func (s Snippet) Program() string {
	var head, body strings.Builder
	for _, cell := range s.Cells {
		if _, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+cell, parser.SkipObjectResolution); err == nil {
			head.WriteString(cell + "\n")
		} else {
			body.WriteString(cell + "\n")
		}
	}
	return "package main\n" + head.String() + "func main() {\n" + body.String() + "}\n"
}

// RunSnippets runs each snippet in a session of its own. Compiled, only those
// that are no sessions run.
func (s *Suite) RunSnippets(ctx context.Context, snippets []Snippet) (Table, error) {
	byName := map[string]Snippet{}
	var programs []Program
	for _, snippet := range snippets {
		if snippet.Session && s.Compiled {
			continue
		}
		byName[snippet.Name] = snippet
		programs = append(programs, Program{snippet.Name, strings.Join(snippet.Cells, "\n---\n"), snippet.Output})
	}
	return s.each(ctx, programs, func(ctx context.Context, p Program) (string, error) {
		got, err := s.session(ctx, p, byName[p.Path])
		switch {
		case err != nil:
			return "", err
		case got.TimedOut:
			return "no end in time", nil
		case got.Status != child.StatusPassed:
			return failure(got), nil
		}
		return difference(got.Stdout, p.Output), nil
	})
}

// session runs the cells, or else the compiled program that they are.
func (s *Suite) session(ctx context.Context, p Program, snippet Snippet) (process.Result, error) {
	command := process.Command{Timeout: s.Timeout, Merged: true}
	if s.Compiled {
		executable, err := s.compiler().Build(ctx, p.Path+".go", snippet.Program())
		if err != nil {
			return process.Result{}, err
		}
		command.Args = []string{executable}
		return command.Run(ctx)
	}
	file, err := s.write("snippets/"+p.Path, p.Text)
	if err != nil {
		return process.Result{}, err
	}
	command.Args = slices.Concat(s.Child, []string{"-cells", "-memory", strconv.Itoa(s.Memory), file})
	return command.Run(ctx)
}

// RecordOutputs returns the outputs of the snippets that are no sessions, as
// compiled programs print them, in the form that [Expect] reads.
func (s *Suite) RecordOutputs(ctx context.Context, snippets []Snippet) (string, error) {
	compiled := *s
	compiled.Compiled = true
	var text strings.Builder
	for _, snippet := range snippets {
		if snippet.Session {
			continue
		}
		got, err := compiled.session(ctx, Program{Path: snippet.Name}, snippet)
		if err != nil {
			return "", err
		}
		if got.Status != 0 || got.TimedOut {
			return "", fmt.Errorf("snippet %s: status %d\n%s", snippet.Name, got.Status, got.Stdout)
		}
		fmt.Fprintf(&text, "=== %s\n%s", snippet.Name, got.Stdout)
	}
	return text.String(), nil
}
