package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/ipyauth/ipyauth/internal/flow"
	"github.com/ipyauth/ipyauth/internal/install"
	"github.com/ipyauth/ipyauth/params"
)

const (
	// providerTimeout bounds the wait for each provider; they are asked at the same time.
	providerTimeout = 5 * time.Second
	// maxSkew is how wrong a clock may be: less is the network's and the Date header's.
	maxSkew = time.Minute
)

// addDotenvChecks adds to the report what is in the dotenv files of a folder, and whether
// their providers answer. Values stay out of it.
func addDotenvChecks(ctx context.Context, r *install.Report, folder string) {
	files, err := dotenvFiles(folder)
	switch {
	case err != nil:
		r.Checks = append(r.Checks, install.Check{Name: "dotenv", Status: install.Failed, Text: "the folder " + folder + " can't be read",
			Why: "a dotenv file is looked for there", Next: "name another with --dotenv-folder"})
		return
	case len(files) == 0:
		r.Checks = append(r.Checks, install.Check{Name: "dotenv", Status: install.Skipped, Text: "there is no ipyauth-*.env in folder " + folder})
		return
	}
	found := make([][]install.Check, len(files))
	clocks := make([]clockProbe, len(files))
	var asked sync.WaitGroup
	for i, file := range files {
		asked.Go(func() { found[i] = checkDotenv(ctx, filepath.Join(folder, file), &clocks[i]) })
	}
	asked.Wait()
	for i := range files {
		r.Checks = append(r.Checks, found[i]...)
		if seen := clocks[i].sighting(); seen.dated {
			compareClock(r, seen)
		}
	}
}

func dotenvFiles(folder string) (names []string, err error) {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, "ipyauth-") && strings.HasSuffix(name, ".env") {
			names = append(names, name)
		}
	}
	return names, err
}

// checkDotenv looks at one file and asks its provider.
func checkDotenv(ctx context.Context, path string, probe *clockProbe) []install.Check {
	name := filepath.Base(path)
	file := install.Check{Name: "dotenv " + name, Status: install.OK}
	// sgconnectHOM-demo: one folder may have several files of a provider.
	provider := install.Check{Name: "provider " + strings.TrimSuffix(strings.TrimPrefix(name, "ipyauth-"), ".env")}
	found, err := params.CheckDotenv(path)
	if err != nil {
		file.Status, file.Text, file.Why = install.Failed, err.Error(), "a sign-in with this file alone can't start"
		var fault *params.Error
		if errors.As(err, &fault) {
			file.Text, file.Next = fault.Message, fault.Next
		}
		provider.Status, provider.Text = install.Skipped, "its dotenv file comes first"
		return []install.Check{file, provider}
	}
	file.Text = found.Provider + ": " + strings.Join(found.Keys, ", ")
	return []install.Check{file, askProvider(ctx, provider, found.Config, probe)}
}

// askProvider completes c: what a sign-in asks of the provider before anyone clicks.
func askProvider(ctx context.Context, c install.Check, cfg *params.Config, probe *clockProbe) install.Check {
	ctx, cancel := context.WithTimeout(ctx, providerTimeout)
	defer cancel()
	err := flow.New(cfg, flow.Options{HTTPClient: &http.Client{Transport: probe}}).Prepare(ctx)
	seen := probe.sighting()
	c.Status, c.Text = install.OK, cfg.Name+" answers"
	var fault *flow.Error
	switch {
	case errors.As(err, &fault):
		c.Status, c.Text, c.Next = install.Failed, fault.Description, fault.Next
	case err != nil:
		c.Status, c.Text, c.Next = install.Failed, cfg.Name+" can't be used", "check the network, then try again"
	case !seen.asked:
		return install.Check{Name: c.Name, Status: install.Skipped, Text: cfg.Name + " has nothing to ask for before a sign-in"}
	case !seen.answered: // discovery that is optional fails in silence
		c.Status, c.Text, c.Next = install.Failed, cfg.Name+" can't be reached", "check the network, then try again"
	}
	if c.Status == install.Failed {
		c.Why = "the kernel, which runs here, asks it during a sign-in"
	}
	return c
}

// clockProbe is a transport that notes whether requests were answered, and how far this
// machine's clock is ahead of the first answer's Date (RFC 9110 section 6.6.1).
type clockProbe struct {
	mu   sync.Mutex // a request for keys may outlast the wait for it
	seen sighting
}

// sighting is what a clockProbe has noted.
type sighting struct {
	asked, answered, dated bool
	ahead                  time.Duration
	host                   string
}

func (p *clockProbe) sighting() sighting {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

func (p *clockProbe) note(change func(*sighting)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.seen)
}

// RoundTrip implements [http.RoundTripper].
func (p *clockProbe) RoundTrip(req *http.Request) (*http.Response, error) {
	p.note(func(s *sighting) { s.asked = true })
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	date, wrong := http.ParseTime(resp.Header.Get("Date"))
	// An answer with an Age comes out of a cache, and its Date is as old.
	dated := wrong == nil && resp.Header.Get("Age") == ""
	p.note(func(s *sighting) {
		s.answered = true
		if dated && !s.dated {
			s.dated, s.ahead, s.host = true, time.Since(date), req.URL.Host
		}
	})
	return resp, nil
}

// compareClock lets the report's clock check fail if a provider's clock shows another time.
func compareClock(r *install.Report, s sighting) {
	direction := "ahead of"
	if s.ahead < 0 {
		direction = "behind"
	}
	for i := range r.Checks {
		c := &r.Checks[i]
		if c.Name != "clock" || c.Status != install.OK || s.ahead.Abs() <= maxSkew {
			continue
		}
		c.Status = install.Failed
		c.Text += fmt.Sprintf(" is %v %s the clock of %s", s.ahead.Abs().Round(time.Second), direction, s.host)
		c.Why = "tokens would be taken for expired, or for not yet valid"
		c.Next = "set the machine's clock"
	}
}
