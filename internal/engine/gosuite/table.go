package gosuite

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Row is the result of one program.
type Row struct {
	Path   string
	Reason string // why it failed, one line; "" when it passed
}

// String is the line of the table.
func (r Row) String() string {
	if r.Reason == "" {
		return "ok   " + r.Path
	}
	return "FAIL " + r.Path + "  " + r.Reason
}

// Table is the results in the order of the paths.
type Table []Row

// Passed counts the programs that passed.
func (t Table) Passed() int {
	n := 0
	for _, row := range t {
		if row.Reason == "" {
			n++
		}
	}
	return n
}

// Print writes all rows.
func (t Table) Print(w io.Writer) {
	for _, row := range t {
		fmt.Fprintln(w, row)
	}
}

// Summary is the last line of each command.
func (t Table) Summary() string { return fmt.Sprintf("%d of %d passed", t.Passed(), len(t)) }

var particular = regexp.MustCompile("\"[^\"]*\"|`[^`]*`|0x[0-9a-f]+|[0-9]+")

// Groups writes how many programs failed for each reason, the most frequent
// first, with some of their paths. Reasons that differ in a number or in what
// stands in quotes are the same.
func (t Table) Groups(w io.Writer) {
	groups := map[string][]string{}
	for _, row := range t {
		if row.Reason != "" {
			reason := particular.ReplaceAllString(row.Reason, "…")
			groups[reason] = append(groups[reason], row.Path)
		}
	}
	reasons := slices.SortedFunc(maps.Keys(groups), func(a, b string) int {
		return cmp.Or(len(groups[b])-len(groups[a]), strings.Compare(a, b))
	})
	for _, reason := range reasons {
		paths := groups[reason]
		few := paths[:min(len(paths), 4)]
		fmt.Fprintf(w, "%4d  %s\n      %s\n", len(paths), reason, strings.Join(few, " "))
	}
}

// Known is the programs that cannot pass, each with its reason.
type Known map[string]string

// ReadKnown reads a list of known failures: a path, spaces and a reason a
// line. Empty lines and lines that begin with # do not count.
func ReadKnown(r io.Reader) (Known, error) {
	known := Known{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		path, reason, _ := strings.Cut(line, " ")
		if reason = strings.TrimSpace(reason); reason == "" {
			return nil, fmt.Errorf("known failures, line %d: %s has no reason", n, path)
		}
		if known[path] != "" {
			return nil, fmt.Errorf("known failures, line %d: %s stands there twice", n, path)
		}
		known[path] = reason
	}
	return known, lines.Err()
}

// tooSlow begins the reason of a program that ends too late on some machines and in
// time on others.
const tooSlow = "takes longer than the time limit"

// Unexpected is the rows that contradict the list: programs outside of it that
// failed, and those inside that passed, unless only their speed keeps them there.
func (k Known) Unexpected(t Table) Table {
	var rows Table
	for _, row := range t {
		switch reason, known := k[row.Path]; {
		case !known && row.Reason != "":
			rows = append(rows, row)
		case known && row.Reason == "" && !strings.HasPrefix(reason, tooSlow):
			rows = append(rows, Row{row.Path, "passes, but is listed as known to fail: " + reason})
		}
	}
	return rows
}

// firstLine shortens a reason to one line of the table.
func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if runes := []rune(line); len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return line
}
