package source

import (
	"go/token"
	"strings"
)

// The values of status in Jupyter's is_complete_reply.
const (
	codeComplete   = "complete"
	codeIncomplete = "incomplete"
	codeInvalid    = "invalid"
	codeUnknown    = "unknown"
)

// maxCheckedCode is how much code is looked at, in bytes.
const maxCheckedCode = 1 << 20

// Complete reports whether code could run as a cell ("complete"), needs more
// lines ("incomplete"), or cannot become a cell by adding some ("invalid"); of
// very long code it says "unknown". indent is what the next line of an
// incomplete cell begins with.
func Complete(code string) (status, indent string) {
	if len(code) > maxCheckedCode {
		return codeUnknown, ""
	}
	_, code = splitCommands(code)
	if tooNested(code) >= 0 {
		return codeInvalid, ""
	}
	pieces, unclosed, faults := split(code)
	if len(faults) == 0 {
		_, _, faults = parse(code, pieces, unclosed, firstBase)
	}
	if len(faults) == 0 {
		return codeComplete, ""
	}
	end, open, raw := lastToken(code)
	first := faults[0]
	switch {
	case raw && (first.msg == "raw string literal not terminated" || first.msg == "comment not terminated"):
		return codeIncomplete, ""
	case first.offset < end:
		return codeInvalid, ""
	}
	return codeIncomplete, indentation(code, open) + "\t"
}

// lastToken is where the last token of code ends, and the offset of the
// innermost bracket that is open there, -1 for none. raw: that token is a raw
// string or a comment without its end.
func lastToken(code string) (end, open int, raw bool) {
	var opened []int
	scan(code, 0, nil, func(offset int, tok token.Token, literal string) bool {
		switch tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			opened = append(opened, offset)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if n := len(opened); n > 0 {
				opened = opened[:n-1]
			}
		case token.SEMICOLON:
			if literal == "\n" {
				return true
			}
		}
		end = lexemeAt(code, offset, tok, literal).end
		raw = tok == token.STRING && literal[0] == '`' && (len(literal) == 1 || literal[len(literal)-1] != '`')
		return true
	})
	if strings.Contains(code[min(end, len(code)):], "/*") {
		raw = true
	}
	if n := len(opened); n > 0 {
		return end, opened[n-1], raw
	}
	return end, -1, raw
}

// indentation is what the line of code begins with that offset is in.
func indentation(code string, offset int) string {
	if offset < 0 {
		return ""
	}
	line := code[strings.LastIndexByte(code[:offset], '\n')+1:]
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}
