package kernel

import (
	"slices"
	"sync"

	"github.com/ipyauth/ipyauth/internal/jupyter"
)

const (
	// historySession is the number of this kernel's own history. There is no
	// other: nothing is kept when the kernel ends.
	historySession = 1
	// historyTail is how many entries a tail has that names no number; IPython
	// gives as many.
	historyTail = 10
	// What is kept at most; the oldest go first.
	historyCells = 10_000
	historyBytes = 16 << 20
)

// history is the cells of this session: messaging specification, "History".
// Safe for concurrent use.
type history struct {
	mu      sync.Mutex
	entries []jupyter.HistoryEntry // in the order they ran
	bytes   int
}

// add notes a cell that ran, and the text of its value.
func (h *history) add(line int, input, output string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries = append(h.entries, jupyter.HistoryEntry{Session: historySession, Line: line, Input: input, Output: output})
	h.bytes += len(input) + len(output)
	drop := 0
	for len(h.entries)-drop > historyCells || h.bytes > historyBytes {
		h.bytes -= len(h.entries[drop].Input) + len(h.entries[drop].Output)
		drop++
	}
	if drop > 0 {
		h.entries = slices.Delete(h.entries, 0, drop)
	}
}

// find is the entries that a request asks for, oldest first.
func (h *history) find(q jupyter.HistoryRequest) []jupyter.HistoryEntry {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []jupyter.HistoryEntry
	switch q.HistAccessType {
	case jupyter.HistoryTail:
		if q.N <= 0 {
			q.N = historyTail
		}
		found = last(h.entries, q.N)
	case jupyter.HistoryRange:
		found = h.lines(q)
	case jupyter.HistorySearch:
		found = h.search(q)
	}
	found = slices.Clone(found)
	for i := range found {
		found[i].WithOutput = q.Output
	}
	return found
}

// lines is a range of this session, which is 0 or its number, from Start up to
// but without Stop; Stop 0 is the end. Other sessions have nothing left.
func (h *history) lines(q jupyter.HistoryRequest) []jupyter.HistoryEntry {
	if q.Session != 0 && q.Session != historySession {
		return nil
	}
	var found []jupyter.HistoryEntry
	for _, e := range h.entries {
		if e.Line >= q.Start && (e.Line < q.Stop || q.Stop <= 0) {
			found = append(found, e)
		}
	}
	return found
}

// search is the last N cells, all when N is 0, that match the glob. With
// Unique only the last one of equal cells counts.
func (h *history) search(q jupyter.HistoryRequest) []jupyter.HistoryEntry {
	pattern := []rune(q.Pattern)
	seen := make(map[string]bool)
	var found []jupyter.HistoryEntry
	for _, e := range slices.Backward(h.entries) {
		if q.N > 0 && len(found) == q.N {
			break
		}
		if q.Unique && seen[e.Input] || !glob(pattern, []rune(e.Input)) {
			continue
		}
		seen[e.Input] = q.Unique
		found = append(found, e)
	}
	slices.Reverse(found)
	return found
}

func last(entries []jupyter.HistoryEntry, n int) []jupyter.HistoryEntry {
	return entries[max(0, len(entries)-n):]
}

// glob matches the whole of s: * is any text, line ends included, ? any one
// character, everything else itself.
func glob(pattern, s []rune) bool {
	p, i := 0, 0
	star, from := -1, 0 // the last * and where the text behind it begins
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0: // let the * take one more
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// historyReply answers "History".
func (k *kernel) historyReply(r *request) {
	var q jupyter.HistoryRequest
	if err := r.Decode(&q); err != nil {
		k.replyError(r, jupyter.TypeHistoryReply, err)
		return
	}
	k.reply(r, jupyter.TypeHistoryReply, jupyter.HistoryReply{History: k.history.find(q)})
}
