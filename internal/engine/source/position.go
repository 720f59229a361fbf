package source

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Position is a place in a cell, as a person counts: lines and columns from 1,
// columns in characters. The zero Position is no place.
type Position struct {
	Cell         string
	Line, Column int
	Text         string // the line
}

// String is the place as errors tell it, as in cell 3:1:5.
func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.Cell, p.Line, p.Column) }

// Sources are the cells of a session that positions may point into: the last
// ones, and the memory they take is bounded. The zero value is ready to use, on
// any goroutine.
type Sources struct {
	MaxErrors int // how many errors of a cell are told, 0 for 10
	mu        sync.Mutex
	kept      []kept // sorted by base
	next      int    // base of the next cell
}

type kept struct {
	name, text string
	layout     *layout // nil when positions are offsets of the text
	base, size int
}

func (k kept) offset(pos token.Pos) int {
	at := int(pos) - k.base
	if k.layout == nil {
		return min(at, len(k.text))
	}
	return k.layout.offset(at)
}

const (
	firstBase    = 2 // leaves room for a file in front of each cell's
	maxKept      = 200
	maxKeptBytes = 1 << 20
)

// add makes room for a cell and is where its positions begin. A cell that
// declares no function is dropped at the next call: no later error can point
// into it.
func (s *Sources) add(name, text string, l *layout) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.kept); n > 0 && !strings.Contains(s.kept[n-1].text, "func") {
		s.kept = s.kept[:n-1]
	}
	base := max(s.next, firstBase)
	added := kept{name, text, l, base, max(len(l.text), len(text))}
	s.next = base + added.size + 1
	s.kept = append(s.kept, added)
	size := 0
	for _, k := range s.kept {
		size += len(k.text)
	}
	drop := 0
	for len(s.kept)-drop > 1 && (len(s.kept)-drop > maxKept || size > maxKeptBytes) {
		size -= len(s.kept[drop].text)
		drop++
	}
	s.kept = slices.Delete(s.kept, 0, drop)
	return base
}

// flatten makes the positions from base on offsets of the cell's text: it has
// no syntax tree whose positions would be others.
func (s *Sources) flatten(base int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := &s.kept[len(s.kept)-1]; last.base == base {
		last.layout = nil
	}
}

// Position is the place that pos means, zero when its cell is no longer kept.
func (s *Sources) Position(pos token.Pos) Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, found := slices.BinarySearchFunc(s.kept, int(pos), func(k kept, pos int) int { return k.base - pos })
	if !found {
		i--
	}
	if i < 0 || int(pos) > s.kept[i].base+s.kept[i].size {
		return Position{}
	}
	k := s.kept[i]
	p := placeIn(k.text, k.offset(pos))
	p.Cell = k.name
	return p
}

func placeIn(text string, offset int) Position {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	return Position{
		Line:   strings.Count(text[:offset], "\n") + 1,
		Column: utf8.RuneCountInString(text[start:offset]) + 1,
		Text:   lineAt(text, offset),
	}
}

// lineAt is the line of text that offset is in.
func lineAt(text string, offset int) string {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	line, _, _ := strings.Cut(text[start:], "\n")
	return strings.TrimSuffix(line, "\r")
}

// maxExcerpt is the longest line an error repeats, in characters.
const maxExcerpt = 400

// Excerpt is the line of p and a caret below its column, nothing for a blank
// line and for one that is very long.
func Excerpt(p Position) []string {
	length := utf8.RuneCountInString(p.Text)
	if strings.TrimSpace(p.Text) == "" || length > maxExcerpt {
		return nil
	}
	caret := []rune(p.Text)[:min(max(p.Column-1, 0), length)]
	for i, r := range caret {
		if r != '\t' {
			caret[i] = ' '
		}
	}
	return []string{"    " + p.Text, "    " + string(caret) + "^"}
}
