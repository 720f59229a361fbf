package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/install"
)

func TestDoctorComparesClocks(t *testing.T) {
	for _, row := range []struct {
		name  string
		ahead time.Duration // of the provider's clock
		age   string
		want  string // in the failed check; "" for ok
	}{
		{name: "same"},
		{name: "within tolerance", ahead: 30 * time.Second},
		{name: "provider ahead", ahead: time.Hour, want: " behind the clock of 127.0.0.1:"},
		{name: "provider behind", ahead: -time.Hour, want: " ahead of the clock of 127.0.0.1:"},
		{name: "from a cache", ahead: -time.Hour, age: "3600"},
	} {
		t.Run(row.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", time.Now().Add(row.ahead).UTC().Format(http.TimeFormat))
				if row.age != "" {
					w.Header().Set("Age", row.age)
				}
			}))
			defer server.Close()
			var probe clockProbe
			resp, err := (&http.Client{Transport: &probe}).Get(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			seen := probe.sighting()
			if !seen.asked || !seen.answered || seen.dated == (row.age != "") {
				t.Errorf("got %+v", seen)
			}
			r := &install.Report{Checks: []install.Check{{Name: "clock", Status: install.OK}}}
			compareClock(r, seen)
			c := r.Checks[0]
			if (c.Status == install.Failed) != (row.want != "") || !strings.Contains(c.Text, row.want) {
				t.Errorf("got %+v", c)
			}
		})
	}
}
