package params

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/joho/godotenv"
)

// maxDotenv bounds a dotenv file; a real one has a few lines.
const maxDotenv = 64 << 10

// entry is one key of a dotenv file.
type entry struct {
	key, value string
	line       int
}

// dir is the folder dotenv files are looked for in.
func (in input) dir() string {
	if in.folder == "" {
		return "."
	}
	return in.folder
}

// findDotenv returns the path of the dotenv file to read, "" if there is none
// and none was asked for. A file that was named must be there. Otherwise it is
// <stem>.env, or the only <stem>-*.env.
func findDotenv(in input, stem string) (string, error) {
	if in.file != "" {
		path := inFolder(in.dir(), in.file)
		return path, checkThere(path, in)
	}
	files, err := os.ReadDir(in.dir())
	if err != nil {
		if in.folder == "" && in.direct["client_id"] != "" {
			return "", nil // an unreadable working folder is no fault of the user's who needs no file
		}
		return "", &Error{Code: CodeDotenvMissing, Field: "DotenvFolder", File: in.dir(), cause: err,
			Message: "the dotenv folder " + strconv.Quote(in.dir()) + " can't be read", Next: "correct DotenvFolder, or leave it empty for the current folder"}
	}
	var fit []string
	for _, f := range files {
		switch name := f.Name(); {
		case name == stem+".env":
			return filepath.Join(in.dir(), name), nil
		case strings.HasPrefix(name, stem+"-") && strings.HasSuffix(name, ".env"):
			fit = append(fit, name)
		}
	}
	switch len(fit) {
	case 0:
		return "", nil
	case 1:
		return filepath.Join(in.dir(), fit[0]), nil
	}
	return "", &Error{Code: CodeDotenvAmbiguous, Field: "DotenvFile", File: in.dir(),
		Message: "several dotenv files fit in folder " + strconv.Quote(in.dir()) + " (" + strings.Join(fit, ", ") + ")",
		Next:    "name one in DotenvFile"}
}

func checkThere(path string, in input) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return &Error{Code: CodeDotenvMissing, Field: "DotenvFile", File: path, cause: err,
			Message: "there is no dotenv file " + strconv.Quote(in.file) + " in folder " + strconv.Quote(in.dir()),
			Next:    "correct DotenvFile or DotenvFolder"}
	}
	return nil
}

// readDotenv reads a dotenv file. A symbolic link is followed; its target must
// be a regular file of UTF-8 text of at most 64 kB. known are the keys it may have.
func readDotenv(path string, known []string) ([]entry, error) {
	data, wrong := readRegular(path, maxDotenv)
	if wrong != nil {
		return nil, &Error{Code: CodeDotenvUnreadable, File: path, cause: wrong.cause, Message: "the dotenv file " + path + " " + wrong.text, Next: wrong.next}
	}
	entries, fault := parseDotenv(data, known)
	if fault != nil {
		fault.File = path
		fault.Message = path + " line " + strconv.Itoa(fault.Line) + " " + fault.Message
		return nil, fault
	}
	return entries, nil
}

// dollar stands in for `$` while godotenv parses: godotenv expands $NAME,
// ${NAME} and \$ in some quotings and not in others. The character can't be in
// a file already, as control characters are refused.
const dollar = "\x01"

// parseDotenv parses the content of a dotenv file statement by statement, so
// that each fault has a line: godotenv reads each value (quotes, export,
// comments) but says no line, and its errors quote the text. Error messages
// start after "file line n".
func parseDotenv(data []byte, known []string) ([]entry, *Error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, &Error{Code: CodeDotenvUnreadable, Line: firstInvalid(data), Message: "is not UTF-8", Next: "save the file as UTF-8"}
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }); i >= 0 {
		return nil, syntaxFault(1+strings.Count(text[:i], "\n"), "has a control character")
	}
	text = strings.ReplaceAll(text, "$", dollar)

	var entries []entry
	for line := 1; text != ""; {
		statement, rest, fault := nextStatement(text, line)
		if fault != nil {
			return nil, fault
		}
		if statement != "" {
			e, fault := parseStatement(statement, line, known)
			if fault != nil {
				return nil, fault
			}
			if i := slices.IndexFunc(entries, func(o entry) bool { return o.key == e.key }); i >= 0 {
				return nil, &Error{Code: CodeDotenvKey, Line: line, Message: "has " + e.key + " again after line " + strconv.Itoa(entries[i].line), Next: "remove one of the two"}
			}
			entries = append(entries, e)
		}
		line += strings.Count(text[:len(text)-len(rest)], "\n")
		text = rest
	}
	return entries, nil
}

// nextStatement cuts one `key=value` off text: a line, or more of them when the
// value is quoted. Blank lines and comments give "".
func nextStatement(text string, line int) (statement, rest string, fault *Error) {
	first, rest, _ := strings.Cut(text, "\n")
	if trimmed := strings.TrimSpace(first); trimmed == "" || trimmed[0] == '#' {
		return "", rest, nil
	}
	sep := strings.IndexAny(first, "=:") // godotenv takes yaml's colon too
	if sep < 0 {
		return "", "", syntaxFault(line, "is not key=value")
	}
	value := strings.TrimLeft(first[sep+1:], " \t")
	if value == "" || value[0] != '"' && value[0] != '\'' {
		return first, rest, nil
	}
	open := len(first) - len(value)
	for i := open + 1; i < len(text); i++ {
		if text[i] != value[0] || text[i-1] == '\\' {
			continue
		}
		after, rest, _ := strings.Cut(text[i+1:], "\n")
		if after = strings.TrimSpace(after); after != "" && after[0] != '#' {
			return "", "", syntaxFault(line, "has text after its closing quote")
		}
		return text[:i+1], rest, nil
	}
	return "", "", syntaxFault(line, "opens a quote that is never closed")
}

func parseStatement(statement string, line int, known []string) (entry, *Error) {
	m, err := godotenv.Unmarshal(statement)
	if err != nil || len(m) != 1 {
		return entry{}, syntaxFault(line, "is not key=value") // err quotes the text
	}
	for key, value := range m {
		if !slices.Contains(known, key) {
			return entry{}, &Error{Code: CodeDotenvKey, Line: line, Message: "has an unknown key" + showKey(key), Next: "did you mean " + nearest(key, known) + "?"}
		}
		return entry{key: key, value: strings.ReplaceAll(value, dollar, "$"), line: line}, nil
	}
	panic("unreachable: the map has one key")
}

func syntaxFault(line int, message string) *Error {
	return &Error{Code: CodeDotenvSyntax, Line: line, Message: message, Next: "write key=value"}
}

func firstInvalid(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return line
}

// showKey shows an unknown key if it looks like a word: a line that lost its
// key may begin with a secret.
func showKey(key string) string {
	wordLike := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' }
	if len(key) > 24 || strings.ContainsFunc(key, func(r rune) bool { return !wordLike(r) }) ||
		key != strings.ToLower(key) && key != strings.ToUpper(key) {
		return ""
	}
	return " " + key
}

// nearest returns the word of known with the smallest edit distance to key.
func nearest(key string, known []string) string {
	key = strings.ToLower(key[:min(len(key), 64)])
	return slices.MinFunc(known, func(a, b string) int { return distance(key, a) - distance(key, b) })
}

// distance is Levenshtein's, one row at a time.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
