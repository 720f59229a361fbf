// Package similar finds the import paths that somebody may have meant.
package similar

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Paths are at most three of known that look like path, the most similar ones,
// quoted.
func Paths(path string, known []string) []string {
	type candidate struct {
		path     string
		distance int
	}
	var found []candidate
	last := lastElement(path)
	for _, k := range known {
		d := distance(path, k)
		if lastElement(k) == last {
			d = min(d, 1)
		}
		if d <= max(1, len(path)/4) {
			found = append(found, candidate{k, d})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(len(a.path), len(b.path)), cmp.Compare(a.path, b.path))
	})
	var near []string
	for _, c := range found[:min(3, len(found))] {
		if c.distance == found[0].distance {
			near = append(near, strconv.Quote(c.path))
		}
	}
	return near
}

func lastElement(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// distance is how many characters must be added, removed or replaced to make b
// of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, replace)
		}
	}
	return row[len(b)]
}
