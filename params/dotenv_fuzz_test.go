package params

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/joho/godotenv"
)

// What is accepted must mean what godotenv makes of the whole file, as long as
// there is nothing in it that godotenv would expand; and `$` must survive.
func FuzzDotenv(f *testing.F) {
	for _, seed := range []string{
		"client_id=a\nscope=b c\n", "\ufeffexport client_id='a'\r\n", "client_secret=\"a\\\"b\" # c", "client_secret=$HOME${X}$(y)\n",
		"scope: a: b", "client_id=\"a\nb\"\nscope=x", "scope='a\\'b'", "client_id=a #b #c", "a", "=", "\xe9=1", "client_id=\x01",
		"client_secret='$a' # '\nscope=\"'\"\n", "client_id=\"\"\"", "client_id=a=b:c", "client_id=\n\nscope=",
	} {
		f.Add([]byte(seed))
	}
	known := slices.Sorted(maps.Keys(sgConnect.fields()))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, fault := parseDotenv(data, known)
		if fault != nil {
			if fault.Line < 1 || fault.Line > 1+strings.Count(strings.ReplaceAll(string(data), "\r", "\n"), "\n") {
				t.Fatalf("fault in line %d of %q", fault.Line, data)
			}
			return
		}
		ours, dollars := map[string]string{}, 0
		for _, e := range entries {
			if strings.Contains(e.value, dollar) || !slices.Contains(known, e.key) {
				t.Fatalf("entry %+v of %q", e, data)
			}
			ours[e.key], dollars = e.value, dollars+strings.Count(e.value, "$")
		}
		if strings.Contains(string(data), "$") {
			if max := strings.Count(string(data), "$"); dollars > max {
				t.Fatalf("%d dollars of %d", dollars, max)
			}
			return
		}
		text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(data), "\ufeff"))
		theirs, err := godotenv.Unmarshal(text)
		if err != nil || !maps.Equal(ours, theirs) {
			t.Fatalf("%q: ours %q, godotenv %q, %v", data, ours, theirs, err)
		}
	})
}
