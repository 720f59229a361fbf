package source

import (
	"fmt"
	"go/scanner"
	"go/token"
	"strings"
)

// kind is what a piece of a cell is.
type kind int

const (
	clause kind = iota // package main
	imports
	declaration // of constants, types or a function
	variable
	statements // one or more
)

// piece is a part of a cell that the assembled file keeps together. Comments
// before it belong to it, and those behind it on its last line.
type piece struct {
	kind       kind
	start, end int
	tail       int // where its last token ends
}

// splitter cuts a cell into pieces.
type splitter struct {
	code   string
	tokens []lexeme
	faults []fault

	pieces []piece
	open   []lexeme // the brackets around the next token
	start  int      // of the next piece
}

type lexeme struct {
	offset, end int
	tok         token.Token
	automatic   bool // a semicolon that stands for the end of a line
}

// lexemeAt is what the scanner found at offset. It drops carriage returns from
// raw strings and comments, so that these are measured in the code.
func lexemeAt(code string, offset int, tok token.Token, literal string) lexeme {
	l := lexeme{offset: offset, tok: tok, automatic: tok == token.SEMICOLON && literal == "\n"}
	switch {
	case l.automatic:
		l.end = offset
	case tok == token.COMMENT && strings.HasPrefix(literal, "/*"):
		l.end = endAfter(code, offset+len("/*"), "*/")
	case tok == token.COMMENT:
		l.end = endAfter(code, offset, "\n")
		if code[l.end-1] == '\n' {
			l.end--
		}
	case tok == token.STRING && literal[0] == '`':
		l.end = endAfter(code, offset+1, "`")
	case literal != "":
		l.end = offset + len(literal)
	default:
		l.end = offset + len(tok.String())
	}
	return l
}

// endAfter is the end of the first mark in code from offset on.
func endAfter(code string, offset int, mark string) int {
	if i := strings.Index(code[offset:], mark); i >= 0 {
		return offset + i + len(mark)
	}
	return len(code)
}

// split cuts code into pieces, unless there are faults of tokens and brackets.
func split(code string) (pieces []piece, open bool, faults []fault) {
	s := &splitter{code: code}
	if strings.HasPrefix(code, "\ufeff") {
		s.start = len("\ufeff")
	}
	scan(code, scanner.ScanComments, s.failed, func(offset int, tok token.Token, literal string) bool {
		s.tokens = append(s.tokens, lexemeAt(code, offset, tok, literal))
		return true
	})
	if len(s.faults) > 0 {
		return nil, false, s.faults
	}
	for i := 0; i < len(s.tokens) && len(s.faults) == 0; {
		i = s.piece(i)
	}
	if len(s.faults) > 0 {
		return nil, false, s.faults
	}
	return s.pieces, len(s.open) > 0, nil
}

func (s *splitter) failed(offset int, msg string) {
	s.faults = append(s.faults, fault{offset, msg})
}

// piece takes the tokens of one piece from token i on, and is the token after
// it. Statements that follow each other become one piece.
func (s *splitter) piece(i int) int {
	for i < len(s.tokens) && (s.tokens[i].tok == token.COMMENT || s.tokens[i].tok == token.SEMICOLON) {
		i++
	}
	if i == len(s.tokens) {
		return i
	}
	p := piece{kind: s.kindAt(i), start: s.start}
	i = s.statement(i, &p)
	// Comments on the line where the piece ends are not the next one's.
	for i < len(s.tokens) && s.tokens[i].tok == token.COMMENT && !strings.Contains(s.code[p.end:s.tokens[i].offset], "\n") {
		p.end = s.tokens[i].end
		i++
	}
	s.start = p.end
	if n := len(s.pieces); n > 0 && p.kind == statements && s.pieces[n-1].kind == statements {
		s.pieces[n-1].end, s.pieces[n-1].tail = p.end, p.tail
		return i
	}
	s.pieces = append(s.pieces, p)
	return i
}

// statement goes to the end of the statement or declaration that begins at
// token i: the semicolon outside of brackets. The headers of for, if and switch
// have semicolons too, but what follows those is a statement like it.
func (s *splitter) statement(i int, p *piece) int {
	for ; i < len(s.tokens); i++ {
		t := s.tokens[i]
		switch t.tok {
		case token.COMMENT:
			continue
		case token.LPAREN, token.LBRACK, token.LBRACE:
			s.open = append(s.open, t)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if !s.closes(t) {
				return i
			}
		case token.SEMICOLON:
			if len(s.open) == 0 {
				p.end = t.end // behind the comments on the line
				return i + 1
			}
		}
		p.end, p.tail = t.end, t.end
	}
	return i
}

var closers = map[token.Token]token.Token{token.LPAREN: token.RPAREN, token.LBRACK: token.RBRACK, token.LBRACE: token.RBRACE}

// closes takes the bracket that t closes off the open ones.
func (s *splitter) closes(t lexeme) bool {
	n := len(s.open)
	switch {
	case n == 0:
		s.failed(t.offset, fmt.Sprintf("expected statement, found '%s'", t.tok))
		return false
	case closers[s.open[n-1].tok] != t.tok:
		s.failed(t.offset, fmt.Sprintf("expected '%s', found '%s'", closers[s.open[n-1].tok], t.tok))
		return false
	}
	s.open = s.open[:n-1]
	return true
}

// kindAt is what begins at token i.
func (s *splitter) kindAt(i int) kind {
	switch s.tokens[i].tok {
	case token.PACKAGE:
		if len(s.pieces) == 0 {
			return clause
		}
	case token.IMPORT:
		return imports
	case token.CONST, token.TYPE:
		return declaration
	case token.VAR:
		return variable
	case token.FUNC:
		if s.declares(i + 1) {
			return declaration
		}
	}
	return statements
}

// declares reports whether a func before token i declares a function: a name
// follows, or a receiver, a name and an opening bracket. A literal has a result
// type or a block where the method has its name.
func (s *splitter) declares(i int) bool {
	i = s.skipComments(i)
	if s.at(i) == token.IDENT {
		return true
	}
	if s.at(i) != token.LPAREN {
		return false
	}
	depth := 0
	for ; i < len(s.tokens); i++ {
		switch s.tokens[i].tok {
		case token.LPAREN:
			depth++
		case token.RPAREN:
			depth--
		}
		if depth == 0 {
			break
		}
	}
	name := s.skipComments(i + 1)
	return s.at(name) == token.IDENT && s.at(s.skipComments(name+1)) == token.LPAREN
}

func (s *splitter) skipComments(i int) int {
	for s.at(i) == token.COMMENT {
		i++
	}
	return i
}

func (s *splitter) at(i int) token.Token {
	if i >= len(s.tokens) {
		return token.EOF
	}
	return s.tokens[i].tok
}
