package sgid_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

// What is accepted comes out as PKCS#8 that comes out the same again.
func FuzzConvertToPKCS8(f *testing.F) {
	p := sgidtest.New(f)
	for _, seed := range []string{p.PKCS1(), p.PKCS8(), p.EllipticPKCS8(), strings.ReplaceAll(p.PKCS8(), "\n", `\n`)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		once, err := sgid.ConvertToPKCS8(in)
		if err != nil {
			if once != "" {
				t.Error("a key is returned with the error")
			}
			return
		}
		if again, err := sgid.ConvertToPKCS8(once); err != nil || again != once {
			t.Errorf("not PKCS#8: %v", err)
		}
	})
}

// A result is the text itself, or what encoding/json makes of it.
func FuzzParseData(f *testing.F) {
	for _, seed := range []string{"", "TAN", `["a",1]`, `{"a":{}}`, "[", "{]", "[1][2]", "[\"\xff\"]", `{"a":1,"a":2}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		switch got := sgid.ParseData(in).(type) {
		case string:
			if got != in {
				t.Errorf("text became %q", got)
			}
		case []any, map[string]any:
			out, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if again := sgid.ParseData(string(out)); !reflect.DeepEqual(again, got) {
				t.Errorf("%v became %v", got, again)
			}
		default:
			t.Errorf("a %T", got)
		}
	})
}

// The userinfo answer, with its key and its values in the fuzzer's hands. What
// is accepted was under this client's key: a fuzzer can't make that up.
func FuzzUserInfo(f *testing.F) {
	p := sgidtest.New(f)
	client := mustClient(f, config(p))
	answer, err := p.Answer(map[string]string{"myinfo.name": "TAN XIAO HUI"})
	if err != nil {
		f.Fatal(err)
	}
	key := answer["key"].(string)
	value := answer["data"].(map[string]any)["myinfo.name"].(string)
	for _, seed := range [][2]string{{key, value}, {key, ""}, {"", value}, {value, key}, {key, "...."}, {key, value[:40] + "...."}, {key, strings.Repeat(".", 9)}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		info, err := client.DecryptUserInfo(sgidtest.Subject, map[string]any{
			"sub": sgidtest.Subject, "key": key, "data": map[string]any{"myinfo.name": value},
		})
		switch {
		case err != nil && info != nil:
			t.Error("data is returned with the error")
		case err == nil && (info.Data["myinfo.name"] != "TAN XIAO HUI" || !utf8.ValidString(info.Sub)):
			t.Errorf("got %v", info)
		}
	})
}
