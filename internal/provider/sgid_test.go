package provider_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/ipyauth/ipyauth/internal/provider"
	"github.com/ipyauth/ipyauth/internal/provider/providertest"
	"github.com/ipyauth/ipyauth/sgid"
)

func demoKey(t *testing.T, s *providertest.Server) string {
	t.Helper()
	return get(t, http.DefaultClient, s.SGID()+"/demo-private-key.pem").body
}

// The client of package sgid signs in and opens the data.
func TestSGID(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	client, err := sgid.NewClient(sgid.Config{
		ClientID: provider.ClientID, ClientSecret: sgid.NewSecret("any"), PrivateKey: sgid.NewSecret(demoKey(t, s)),
		RedirectURI: callback, Hostname: s.SGID(),
	})
	if err != nil {
		t.Fatal(err)
	}
	m := discover(t, s.SGID()+"/v2")
	form := code(t, m, "openid myinfo.name myinfo.email myinfo.vehicles")
	form.Set("client_secret", "any")
	var got tokens
	want(t, "status", postJSON(t, m.Token, form, &got), http.StatusOK)
	user, err := client.UserInfo(t.Context(), "u=ada.lovelace", sgid.NewSecret(got.Access))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "values", len(user.Data), 3)
	want(t, "name", user.Data["myinfo.name"], "Ada Lovelace")
	want(t, "email", user.Data["myinfo.email"], "ada.lovelace@example.test")
	var vehicles []map[string]string
	if err := json.Unmarshal([]byte(user.Data["myinfo.vehicles"]), &vehicles); err != nil || len(vehicles) != 1 {
		t.Errorf("vehicles: %v", err)
	}
}

func TestSGIDRefused(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	m := discover(t, s.SGID()+"/v2")
	for name, row := range map[string]struct {
		change map[string]string
		want   string
	}{
		"no code challenge": {map[string]string{"response_type": "code"}, "invalid_request"},
		"implicit":          {map[string]string{"response_type": "id_token token"}, "unsupported_response_type"},
		"plain challenge":   {map[string]string{"response_type": "code", "code_challenge": challenge("v"), "code_challenge_method": "plain"}, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			row.change["scope"] = "openid"
			q, _ := login(t, nil, request(m, row.change))
			want(t, "error", q.Get("error"), row.want)
		})
	}
}

// Only a provider on this machine gives its client's key away.
func TestDemoKeyIsLocal(t *testing.T) {
	s := providertest.Start(t, provider.Options{})
	want(t, "same key each time", demoKey(t, s), demoKey(t, s))
	p, err := provider.New(provider.Options{Issuer: "https://demo.example.test"})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: providertest.Transport(p)}
	resp, err := client.Get("https://demo.example.test" + provider.SGIDPath + "/demo-private-key.pem")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	want(t, "status", resp.StatusCode, http.StatusNotFound)
}

func decode(t *testing.T, r io.Reader, v any) {
	t.Helper()
	if err := json.NewDecoder(r).Decode(v); err != nil {
		t.Fatal(err)
	}
}
