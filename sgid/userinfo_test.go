package sgid_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/ipyauth/ipyauth/internal/sgidtest"
	"github.com/ipyauth/ipyauth/sgid"
)

func TestUserInfo(t *testing.T) {
	s := newScene(t)
	session := s.mustSignIn(t)
	info, err := s.client.UserInfo(t.Context(), session.Sub, session.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	if info.Sub != sgidtest.Subject || !maps.Equal(info.Data, s.p.Data) {
		t.Errorf("got %v; want %v", info, s.p.Data)
	}
	set := func(name string, value any) func(f *sgidtest.Faults) {
		return func(f *sgidtest.Faults) { f.UserInfo = func(m map[string]any) { m[name] = value } }
	}
	drop := func(name string) func(f *sgidtest.Faults) {
		return func(f *sgidtest.Faults) { f.UserInfo = func(m map[string]any) { delete(m, name) } }
	}
	rows := []struct {
		name   string
		change func(f *sgidtest.Faults)
		want   *sgid.Error
	}{
		{"D69 another sub", set("sub", "canary"), sgid.ErrSubject},
		{"D69 no sub", drop("sub"), sgid.ErrSubject},
		{"D69 sub a number", set("sub", 7), sgid.ErrSubject},
		{"D69 sub in another case", set("sub", strings.ToUpper(sgidtest.Subject)), sgid.ErrSubject},
		{"D69 sub twice", replaced("userinfo", answering(200, "application/json", `{"sub":"`+sgidtest.Subject+`","sub":"canary"}`)), sgid.ErrUserInfo},
		{"D69 a JWT", replaced("userinfo", answering(200, "application/jwt", "canary.canary.canary")), sgid.ErrUserInfo},
		{"D69 HTML", replaced("userinfo", answering(200, "text/html", "<html>canary")), sgid.ErrUserInfo},
		{"a list", replaced("userinfo", answering(200, "application/json", `["canary"]`)), sgid.ErrUserInfo},
		{"no key", drop("key"), sgid.ErrUserInfo},
		{"key an object", set("key", map[string]any{"canary": 1}), sgid.ErrUserInfo},
		{"no data", drop("data"), sgid.ErrUserInfo},
		{"data a list", set("data", []string{"canary"}), sgid.ErrUserInfo},
		{"data null", set("data", nil), sgid.ErrUserInfo},
		{"a value that is no text", set("data", map[string]any{"canary": 1}), sgid.ErrData},
		{"a value in clear", set("data", map[string]any{"myinfo.name": "canary"}), sgid.ErrData},
		{"401", replaced("userinfo", answering(401, "application/json", "canary")), sgid.ErrUserInfo},
		{"403", replaced("userinfo", answering(403, "application/json", `{"error":"insufficient_scope"}`)), sgid.ErrUserInfo},
		{"500", replaced("userinfo", answering(500, "text/html", "canary")), sgid.ErrUserInfo},
		{"D61 larger than a megabyte", replaced("userinfo", answering(200, "application/json", strings.Repeat(" ", 2<<20))), sgid.ErrUserInfo},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s.p.Faults = sgidtest.Faults{}
			row.change(&s.p.Faults)
			info, err := s.client.UserInfo(t.Context(), session.Sub, session.AccessToken)
			if refused(t, err, row.want); info != nil {
				t.Errorf("got %v", info)
			}
		})
	}
}

func TestUserInfoArguments(t *testing.T) {
	s := newScene(t)
	session := s.mustSignIn(t)
	rows := []struct {
		name  string
		sub   string
		token sgid.Secret
		want  *sgid.Error
		asked int
	}{
		{"another sub", "canary", session.AccessToken, sgid.ErrSubject, 1},
		{"no sub", "", session.AccessToken, sgid.ErrSubject, 0},
		{"no access token", session.Sub, sgid.Secret{}, sgid.ErrAccessToken, 0},
		{"access token with a line break", session.Sub, sgid.NewSecret("canary\r\nX: y"), sgid.ErrAccessToken, 0},
		{"unknown access token", session.Sub, sgid.NewSecret("canary"), sgid.ErrUserInfo, 1},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			before := s.p.Requests("userinfo")
			_, err := s.client.UserInfo(t.Context(), row.sub, row.token)
			e := refused(t, err, row.want)
			if asked := s.p.Requests("userinfo") - before; asked != row.asked {
				t.Errorf("%d requests; want %d", asked, row.asked)
			}
			if row.want == sgid.ErrUserInfo && (e.Status != 401 || e.Code != "invalid_token") {
				t.Errorf("status %d, code %q", e.Status, e.Code)
			}
		})
	}
}

// Only openid was granted: there is a block key and nothing under it.
func TestNoData(t *testing.T) {
	s := newScene(t)
	s.p.Data = nil
	session := s.mustSignIn(t)
	info, err := s.client.UserInfo(t.Context(), session.Sub, session.AccessToken)
	if err != nil || info.Data == nil || len(info.Data) != 0 {
		t.Errorf("got %v, %v", info, err)
	}
}
