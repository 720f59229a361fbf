package interp

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cosmos72/gomacro/go/etoken"

	"github.com/ipyauth/ipyauth/kernel"
)

// source is the text of one cell. Positions of different cells never overlap,
// so one token.Pos says which cell and where.
type source struct {
	count int
	text  string
	base  int // position before the first byte
}

// sources are the cells that errors may point into: the last ones, and the
// memory they take is bounded.
type sources struct {
	kept []*source
	next int // base of the next cell
}

const (
	maxSources     = 200
	maxSourceBytes = 1 << 20
)

// add makes room for a cell. A cell that declares no function is dropped at
// the next call: no later error can point into it.
func (s *sources) add(c kernel.Cell) *source {
	if n := len(s.kept); n > 0 && !strings.Contains(s.kept[n-1].text, "func") {
		s.kept = s.kept[:n-1]
	}
	src := &source{count: c.Count, text: c.Code, base: s.next}
	s.next += len(c.Code) + 2
	s.kept = append(s.kept, src)
	size := 0
	for _, k := range s.kept {
		size += len(k.text)
	}
	for len(s.kept) > 1 && (len(s.kept) > maxSources || size > maxSourceBytes) {
		size -= len(s.kept[0].text)
		s.kept = slices.Delete(s.kept, 0, 1)
	}
	return src
}

// find is the cell that pos is in, nil when it is none that is kept.
func (s *sources) find(pos token.Pos) *source {
	for _, src := range slices.Backward(s.kept) {
		if src.contains(pos) {
			return src
		}
	}
	return nil
}

func (s *source) contains(pos token.Pos) bool {
	return int(pos) > s.base && int(pos) <= s.base+len(s.text)+1
}

// fileSet is an empty file set whose first file begins at the cell's base.
func (s *source) fileSet() *etoken.FileSet {
	set := etoken.NewFileSet()
	if s.base > 0 {
		set.AddFile("", s.base, 0, 0)
	}
	return set
}

// name is the cell's name in errors.
func (s *source) name() string { return fmt.Sprintf("cell %d", s.count) }

// place is a position in a cell, both numbers counted from 1, columns in
// characters. The zero column means the whole line.
type place struct{ line, column int }

func (s *source) place(pos token.Pos) place {
	before := s.text[:min(max(int(pos)-s.base-1, 0), len(s.text))]
	line := strings.Count(before, "\n") + 1
	start := strings.LastIndexByte(before, '\n') + 1
	return place{line, utf8.RuneCountInString(before[start:]) + 1}
}

func (s *source) line(n int) string {
	lines := strings.Split(s.text, "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimSuffix(lines[n-1], "\r")
}

// excerpt is the line p is in and a caret below its column.
func (s *source) excerpt(p place) []string {
	line := s.line(p.line)
	if strings.TrimSpace(line) == "" {
		return nil
	}
	if utf8.RuneCountInString(line) > maxExcerpt {
		return nil
	}
	caret := []rune(line)[:min(p.column-1, utf8.RuneCountInString(line))]
	for i, r := range caret {
		if r != '\t' {
			caret[i] = ' '
		}
	}
	return []string{"    " + line, "    " + string(caret) + "^"}
}

// maxExcerpt is the longest line an error repeats, in characters.
const maxExcerpt = 400

// pos is the position of gomacro's line:column, the column in bytes.
func (s *source) pos(line, column int) token.Pos {
	offset := 0
	for range line - 1 {
		next := strings.IndexByte(s.text[offset:], '\n')
		if next < 0 {
			break
		}
		offset += next + 1
	}
	return token.Pos(s.base + 1 + min(offset+max(column-1, 0), len(s.text)))
}
