package source

import (
	"go/scanner"
	"go/token"
)

// maxNesting bounds how deep a cell's syntax may nest. The parser, the type
// checker and the compiler recurse as deep as the source does, and Go ends the
// process when a stack reaches 1 GB.
const maxNesting = 10_000

// tooNested is the offset where code nests too deep, -1 for nowhere. The
// measure is an upper bound that needs no parser: in each open bracket, the
// tokens since its last comma or semicolon.
func tooNested(code string) int {
	if len(code) <= maxNesting {
		return -1 // not enough room
	}
	var open []int // the count outside of each open bracket
	here, sum := 0, 0
	offset := -1
	scan(code, 0, nil, func(pos int, tok token.Token, _ string) bool {
		switch tok {
		case token.COMMA, token.SEMICOLON:
			sum -= here
			here = 0
			return true
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, here+1)
			sum++
			here = 0
		case token.RPAREN, token.RBRACK, token.RBRACE:
			sum -= here
			here = 0
			if n := len(open); n > 0 {
				here = open[n-1]
				open = open[:n-1]
			}
		}
		here++
		sum++
		if sum > maxNesting {
			offset = pos
		}
		return offset < 0
	})
	return offset
}

// scan calls yield with each token of code and its offset until it returns
// false. The rest of the code is scanned after an error too; failed is told of
// each, if it is not nil.
func scan(code string, mode scanner.Mode, failed func(offset int, msg string), yield func(offset int, tok token.Token, literal string) bool) {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(code))
	s.Init(file, []byte(code), func(at token.Position, msg string) {
		if failed != nil {
			failed(at.Offset, msg)
		}
	}, mode)
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF || !yield(file.Offset(pos), tok, literal) {
			return
		}
	}
}
