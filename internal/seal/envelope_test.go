package seal

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

const testID = "AAECAwQFBgcICQoL"

// sealedEnvelope returns the members of an envelope that decodes.
func sealedEnvelope(t testing.TB) map[string]any {
	t.Helper()
	e, err := SealResponse(Response{Fragment: "access_token=t&state=s"}, testID, testState, testKey(t, 1).Public())
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func encodeJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestSealedEnvelope(t *testing.T) {
	var e Envelope
	if err := json.Unmarshal([]byte(encodeJSON(t, sealedEnvelope(t))), &e); err != nil {
		t.Fatal(err)
	}
	key := testKey(t, 1)
	got, err := key.OpenEnvelope(&e, testState)
	if want := (Response{Fragment: "access_token=t&state=s"}); err != nil || got != want || e.ID != testID {
		t.Fatalf("OpenEnvelope = %+v, %v (id %s); want %+v", got, err, e.ID, want)
	}
	if _, err := key.OpenEnvelope(&e, "other"); !errors.Is(err, ErrOpen) {
		t.Errorf("OpenEnvelope with another state: %v; want ErrOpen", err)
	}

	set := func(name string, v any) func(map[string]any) {
		return func(m map[string]any) { m[name] = v }
	}
	remove := func(name string) func(map[string]any) {
		return func(m map[string]any) { delete(m, name) }
	}
	rows := []struct {
		name   string
		change func(map[string]any)
	}{
		{"no version", remove("ipyauth")},
		{"other version", set("ipyauth", 2)},
		{"version as text", set("ipyauth", "1")},
		{"version null", set("ipyauth", nil)},
		{"no id", remove("id")},
		{"id too short", set("id", testID[:15])},
		{"id too long", set("id", testID+"A")},
		{"id with other characters", set("id", "AAECAwQFBgcICQo/")},
		{"id a number", set("id", 7)},
		{"no enc", remove("enc")},
		{"enc empty", set("enc", "")},
		{"enc padded", set("enc", strings.Repeat("A", 87)+"=")},
		{"enc one byte short", set("enc", base64.RawURLEncoding.EncodeToString(make([]byte, pointLen-1)))},
		{"no ct", remove("ct")},
		{"ct null", set("ct", nil)},
		{"ct standard base64", set("ct", strings.Repeat("+/", 20))},
		{"ct with a line break", set("ct", strings.Repeat("A", 40)+"\n"+strings.Repeat("A", 40))},
		{"ct shorter than a tag", set("ct", "AAAA")},
		{"B25 unknown member", set("__proto__", map[string]any{})},
		{"both forms at once", set("open", map[string]any{"query": "", "fragment": ""})},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			m := sealedEnvelope(t)
			row.change(m)
			refused(t, encodeJSON(t, m), ErrEnvelope)
		})
	}
}

func TestEnvelopeText(t *testing.T) {
	good := encodeJSON(t, sealedEnvelope(t))
	rows := []struct {
		name, text string
	}{
		{"B25 null", `null`},
		{"B25 a string", `"x"`},
		{"B25 a list", `[` + good + `]`},
		{"B25 empty object", `{}`},
		{"C54 member twice", strings.Replace(good, `"id"`, `"id":"`+testID+`","id"`, 1)},
		{"C54 member in another case", strings.Replace(good, `"id"`, `"ID"`, 1)},
		{"B36 too long", strings.Replace(good, `"id"`, strings.Repeat(" ", maxEnvelope)+`"id"`, 1)},
		{"invalid UTF-8", strings.Replace(good, `"id":"A`, "\"id\":\"\xff", 1)},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) { refused(t, row.text, ErrEnvelope) })
	}
	t.Run("more text after it", func(t *testing.T) {
		// json.Unmarshal would refuse this before asking the type.
		if err := new(Envelope).UnmarshalJSON([]byte(good + "{}")); !errors.Is(err, ErrEnvelope) {
			t.Errorf("got %v; want ErrEnvelope", err)
		}
	})
}

func TestOpenForm(t *testing.T) {
	open := func(query, fragment string) string {
		return encodeJSON(t, Envelope{ID: testID, Open: &Response{query, fragment}})
	}
	var e Envelope
	if err := json.Unmarshal([]byte(open("code=c&state=s", "")), &e); err != nil {
		t.Fatal(err)
	}
	if e.Open == nil || e.Open.Query != "code=c&state=s" {
		t.Fatalf("got %+v; want the open response", e)
	}
	if _, err := testKey(t, 1).OpenEnvelope(&e, testState); !errors.Is(err, ErrNotSealed) {
		t.Errorf("OpenEnvelope of an open form: %v; want ErrNotSealed", err)
	}

	rows := []struct {
		name, text string
		want       error
	}{
		{"access token in the fragment", open("", "access_token=t"), ErrOpenToken},
		{"access token in the query", open("access_token=t", ""), ErrOpenToken},
		{"ID token", open("", "state=s&id_token=t"), ErrOpenToken},
		{"escaped name", open("", "access%5Ftoken=t"), ErrOpenToken},
		{"token by another name", open("", "state=s&token=t"), ErrOpenToken},
		{"token by another name, first", open("", "token=t"), ErrOpenToken},
		{"broken escape", open("", "access%5"), ErrEnvelope},
		{"no fragment", `{"ipyauth":1,"id":"` + testID + `","open":{"query":""}}`, ErrEnvelope},
		{"further member", `{"ipyauth":1,"id":"` + testID + `","open":{"query":"","fragment":"","x":1}}`, ErrEnvelope},
		{"null", `{"ipyauth":1,"id":"` + testID + `","open":null}`, ErrEnvelope},
		{"text", `{"ipyauth":1,"id":"` + testID + `","open":"code=c"}`, ErrEnvelope},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) { refused(t, row.text, row.want) })
	}
}

// What opens may still be anything: whoever knows the public key can seal.
func TestSealedNonsense(t *testing.T) {
	key := testKey(t, 1)
	for name, plaintext := range map[string]string{
		"empty": "", "no JSON": "x", "a list": "[]", "member missing": `{"query":""}`, "number": `{"query":1,"fragment":""}`,
		"member twice": `{"query":"","fragment":"","query":""}`, "invalid UTF-8": "{\"query\":\"\xff\",\"fragment\":\"\"}",
		"two objects": `{"query":"","fragment":""}{}`, "cut": `{"query":"","fragment":""`,
	} {
		t.Run(name, func(t *testing.T) {
			enc, ct, err := Seal(key.Public(), []byte(plaintext), []byte(testState))
			if err != nil {
				t.Fatal(err)
			}
			got, err := key.OpenEnvelope(&Envelope{ID: testID, Enc: enc, Ciphertext: ct}, testState)
			if !errors.Is(err, ErrEnvelope) || got != (Response{}) {
				t.Errorf("OpenEnvelope = %+v, %v; want ErrEnvelope", got, err)
			}
		})
	}
}

func refused(t *testing.T, text string, want error) {
	t.Helper()
	e := Envelope{ID: "before"}
	err := e.UnmarshalJSON([]byte(text))
	if !errors.Is(err, want) {
		t.Errorf("got %v; want %v", err, want)
	}
	if !reflect.DeepEqual(e, Envelope{ID: "before"}) {
		t.Error("a refused envelope changed its target")
	}
}

// FuzzEnvelope also reads the corpus in testdata/fuzz. The text that a person pastes is
// read by the page alone, which makes an envelope of it: here it must be refused.
func FuzzEnvelope(f *testing.F) {
	f.Add([]byte(encodeJSON(f, sealedEnvelope(f))))
	f.Add([]byte(encodeJSON(f, Envelope{ID: testID, Open: &Response{"code=c&state=s", ""}})))
	f.Add([]byte(`{"ipyauth":1,"ipyauth":1}`))
	f.Add([]byte(`{"open":{"query":"%zz"}}`))
	f.Add([]byte(`null`))
	key := testKey(f, 1)
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Envelope
		if err := e.UnmarshalJSON(data); err != nil {
			if !errors.Is(err, ErrEnvelope) && !errors.Is(err, ErrOpenToken) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		var again Envelope
		if err := json.Unmarshal([]byte(encodeJSON(t, e)), &again); err != nil || !reflect.DeepEqual(e, again) {
			t.Fatalf("%+v came back as %+v, %v", e, again, err)
		}
		// The genuine seed is sealed for another state, so nothing may open.
		if _, err := key.OpenEnvelope(&e, "another state"); err == nil {
			t.Fatal("opened a forged envelope")
		}
	})
}
