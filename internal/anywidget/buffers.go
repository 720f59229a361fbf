package anywidget

import "strconv"

// splitBuffers takes the []byte values out of a state, as the widget protocol sends
// them apart from the JSON: a map key is removed, a list item becomes null. The state
// itself is left as it was; what has no buffers inside is shared, not copied.
func splitBuffers(state map[string]any) (out map[string]any, paths [][]any, buffers [][]byte) {
	paths = [][]any{}
	take := func(path []any, b []byte) {
		paths = append(paths, append([]any(nil), path...))
		buffers = append(buffers, b)
	}
	return splitMap(state, nil, take), paths, buffers
}

func splitMap(in map[string]any, path []any, take func([]any, []byte)) map[string]any {
	out := make(map[string]any, len(in))
	for key, value := range in {
		at := append(path[:len(path):len(path)], key)
		switch v := value.(type) {
		case []byte:
			take(at, v)
		case map[string]any:
			out[key] = splitMap(v, at, take)
		case []any:
			out[key] = splitList(v, at, take)
		default:
			out[key] = value
		}
	}
	return out
}

func splitList(in []any, path []any, take func([]any, []byte)) []any {
	out := make([]any, len(in))
	for i, value := range in {
		at := append(path[:len(path):len(path)], i)
		switch v := value.(type) {
		case []byte:
			take(at, v)
		case map[string]any:
			out[i] = splitMap(v, at, take)
		case []any:
			out[i] = splitList(v, at, take)
		default:
			out[i] = value
		}
	}
	return out
}

// joinBuffers puts received buffers back at their paths. Paths that lead nowhere and
// buffers without a path are ignored.
func joinBuffers(state map[string]any, paths [][]any, buffers [][]byte) {
	for i, path := range paths {
		if i >= len(buffers) || len(path) == 0 {
			return
		}
		var at any = state
		for _, step := range path[:len(path)-1] {
			at = child(at, step)
		}
		switch container := at.(type) {
		case map[string]any:
			if key, ok := path[len(path)-1].(string); ok && container != nil {
				container[key] = buffers[i]
			}
		case []any:
			if n, ok := index(path[len(path)-1], len(container)); ok {
				container[n] = buffers[i]
			}
		}
	}
}

func child(at any, step any) any {
	switch container := at.(type) {
	case map[string]any:
		key, _ := step.(string)
		return container[key]
	case []any:
		if n, ok := index(step, len(container)); ok {
			return container[n]
		}
	}
	return nil
}

// index reads a list position, which JSON gives as a number and some front ends as a
// string of digits.
func index(step any, length int) (int, bool) {
	n := -1
	switch v := step.(type) {
	case float64:
		if v == float64(int(v)) {
			n = int(v)
		}
	case string:
		if i, err := strconv.Atoi(v); err == nil {
			n = i
		}
	}
	return n, n >= 0 && n < length
}
