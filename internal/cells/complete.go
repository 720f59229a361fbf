package cells

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/kernel"
)

// The types of completions.
const (
	typeKeyword = "keyword"
	typePath    = "path"
)

// Bounds of what one request may cost.
const (
	maxCompletions   = 1000
	maxCompleteFiles = 10_000
)

// completeCommand completes the command line that before ends with. ok: there is
// one.
func completeCommand(before string) (c kernel.Completion, ok bool) {
	commands, rest := split(before)
	if len(commands) == 0 || strings.TrimSpace(rest) != "" || strings.HasSuffix(before, "\n") {
		return c, false
	}
	start, items := commandItems(before)
	items = slices.DeleteFunc(items, func(i kernel.CompletionItem) bool { return !strings.HasPrefix(i.Text, before[start:]) })
	slices.SortFunc(items, func(a, b kernel.CompletionItem) int { return strings.Compare(a.Text, b.Text) })
	c.Start, c.End = utf8.RuneCountInString(before[:start]), utf8.RuneCountInString(before)
	c.Items = items[:min(len(items), maxCompletions)]
	return c, true
}

// commandItems are what may stand in the command line that code ends with, in
// place of what begins at start.
func commandItems(code string) (start int, items []kernel.CompletionItem) {
	line := strings.TrimLeft(code[strings.LastIndexByte(code, '\n')+1:], " \t")
	begin := len(code) - len(line)
	name, arg, hasArg := strings.Cut(line, " ")
	argument := len(code) - len(strings.TrimLeft(arg, " "))
	switch {
	case line[0] == '$':
		return completeFile(code, begin+strings.LastIndexAny(line, " $")+1, false)
	case !hasArg:
		return begin, keywords(commandNames...)
	case name == "%cd":
		return completeFile(code, argument, true)
	case name == "%go111module":
		return argument, keywords("on", "off")
	case name == "%engine":
		return argument, keywords(engineNames...)
	}
	return len(code), nil
}

func keywords(words ...string) (items []kernel.CompletionItem) {
	for _, w := range words {
		items = append(items, kernel.CompletionItem{Text: w, Type: typeKeyword})
	}
	return items
}

// completeFile completes the path that begins at start: its last element.
func completeFile(code string, start int, folders bool) (int, []kernel.CompletionItem) {
	folder, prefix := "", code[start:]
	if i := strings.LastIndexFunc(prefix, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(byte(r)) }); i >= 0 {
		folder, prefix = prefix[:i+1], prefix[i+1:]
	}
	where, err := expandHome(folder)
	if folder == "" {
		where = "."
	}
	if err != nil {
		return start, nil
	}
	d, err := os.Open(where)
	if err != nil {
		return start, nil
	}
	defer d.Close()
	entries, _ := d.ReadDir(maxCompleteFiles)
	var items []kernel.CompletionItem
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, ".") && prefix == "" {
			continue
		}
		info, err := os.Stat(filepath.Join(where, name))
		isFolder := err == nil && info.IsDir()
		if folders && !isFolder {
			continue
		}
		if isFolder {
			name += string(filepath.Separator)
		}
		items = append(items, kernel.CompletionItem{Text: folder + name, Type: typePath})
	}
	return start, items
}

// upTo is the first n characters of code.
func upTo(code string, n int) string {
	for at := range code {
		if n <= 0 {
			return code[:at]
		}
		n--
	}
	return code
}
