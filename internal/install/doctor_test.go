package install

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/callback"
	"github.com/ipyauth/ipyauth/internal/install/installtest"
)

// patient is a machine with everything installed and one Jupyter server running at {server}.
type patient struct {
	*machine
	server *httptest.Server
	page   http.HandlerFunc // serves what the server has at callback/
}

func newPatient(t *testing.T) *patient {
	m := newMachine(t)
	if err := m.install(m.target()); err != nil {
		t.Fatal(err)
	}
	p := &patient{machine: m, page: servePage}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/user/x/callback/" || r.Method != http.MethodGet || r.URL.RawQuery != "" || r.Header.Get("Authorization") != "" {
			t.Errorf("got request %s %s", r.Method, r.URL)
		}
		p.page(w, r)
	}))
	t.Cleanup(p.server.Close)
	m.python.Servers = []installtest.Server{{URL: p.server.URL + "/user/x/"}}
	return p
}

func servePage(w http.ResponseWriter, _ *http.Request) {
	for name, values := range callback.Headers() {
		w.Header()[name] = values
	}
	w.Write(callback.Page)
}

func (p *patient) short(s string) string {
	return strings.ReplaceAll(p.machine.short(s), p.server.URL, "{server}")
}

// print writes a report down, one line for each text.
func (p *patient) print(r *Report) string {
	var b strings.Builder
	for _, c := range r.Checks {
		b.WriteString(string(c.Status) + " " + c.Name + ": " + c.Text + "\n")
		if c.Why != "" || c.Next != "" {
			b.WriteString("  why: " + c.Why + "\n  next: " + c.Next + "\n")
		}
	}
	for _, uri := range r.RedirectURIs {
		b.WriteString("redirect: " + uri + "\n")
	}
	return p.short(b.String())
}

// healthy is the baseline's report; the rows below say what becomes of its lines.
const healthy = `ok python: {}/venv/bin/python is Python 3.12.1
ok kernelspec: {}/venv/share/jupyter/kernels/ipyauth/kernel.json starts {}/bin/ipyauth
ok jupyter_server: 2.21.1
ok anywidget: 0.11.0
ok ipywidgets: 8.1.9
ok callback: installed and enabled in {}/venv/bin/python
ok route: {server}/user/x/callback/ serves the callback page without login
ok clock: 2026-03-01T12:00:00Z
redirect: {server}/user/x/callback/
`

func TestDoctor(t *testing.T) {
	const (
		why404 = "  why: without it a sign-in ends on a page of Jupyter that says 404\n"
		lost   = "  why: a provider's answer sent there would be lost\n  next: restart that Jupyter server\n"
		again  = "  next: run ipyauth install --prefix {}/venv\n"
	)
	for _, row := range []struct {
		name     string
		mutate   func(p *patient)
		check    string // which line of the baseline
		want     string // what it becomes
		failures int
	}{
		{"baseline", func(*patient) {}, "", "", 0},
		{
			"no kernelspec", func(p *patient) { p.remove("venv/share") }, "kernelspec",
			"failed kernelspec: there is none in {}/venv/share/jupyter\n  why: Jupyter cannot start the kernel\n" + again, 1,
		}, {
			"kernelspec is not JSON", func(p *patient) { p.write("venv/share/jupyter/kernels/ipyauth/kernel.json", "{") }, "kernelspec",
			"failed kernelspec: {}/venv/share/jupyter/kernels/ipyauth/kernel.json is not a kernelspec\n  why: Jupyter cannot start the kernel\n" + again, 1,
		}, {
			"kernelspec without program", func(p *patient) { p.write("venv/share/jupyter/kernels/ipyauth/kernel.json", "{}") }, "kernelspec",
			"failed kernelspec: {}/venv/share/jupyter/kernels/ipyauth/kernel.json is not a kernelspec\n  why: Jupyter cannot start the kernel\n" + again, 1,
		}, {
			"binary gone", func(p *patient) { delete(p.onPath, p.binary()) }, "kernelspec",
			"failed kernelspec: {}/venv/share/jupyter/kernels/ipyauth/kernel.json starts {}/bin/ipyauth, which is not there\n  why: Jupyter cannot start the kernel\n" + again, 1,
		}, {
			"other binary, same version", func(p *patient) { p.other("ipyauth " + Version + " go1.26 linux/amd64") }, "kernelspec",
			"ok kernelspec: {}/venv/share/jupyter/kernels/ipyauth/kernel.json starts {}/other\n", 0,
		}, {
			"other binary, old version", func(p *patient) { p.other("ipyauth 0.0.1 go1.26 linux/amd64") }, "kernelspec",
			"failed kernelspec: {}/venv/share/jupyter/kernels/ipyauth/kernel.json starts {}/other, which is version 0.0.1; this is " + Version + "\n  why: the kernel and the callback page may not understand each other\n" + again, 1,
		}, {
			"other program", func(p *patient) { p.other("v1") }, "kernelspec",
			"failed kernelspec: {}/venv/share/jupyter/kernels/ipyauth/kernel.json starts {}/other, which is not ipyauth\n  why: Jupyter cannot start the kernel\n" + again, 1,
		}, {
			"no anywidget", func(p *patient) { delete(p.python.Packages, "anywidget") }, "anywidget",
			"failed anywidget: not installed in {}/venv/bin/python\n  why: without it the notebook cannot show the widget\n  next: {}/venv/bin/python -m pip install anywidget\n", 1,
		}, {
			"no ipywidgets", func(p *patient) { delete(p.python.Packages, "ipywidgets") }, "ipywidgets",
			"failed ipywidgets: not installed in {}/venv/bin/python\n  why: without it the notebook cannot show the widget\n  next: {}/venv/bin/python -m pip install ipywidgets\n", 1,
		}, {
			"callback not installed", func(p *patient) { p.python.Callback = nil }, "callback",
			"failed callback: the callback page is not installed in {}/venv/bin/python\n" + why404 + again, 1,
		}, {
			"callback of another version", func(p *patient) { p.python.Callback["index.html"] = "0" }, "callback",
			"failed callback: the callback page in {}/venv/bin/python is not the one of this ipyauth\n  why: the page and the kernel may not understand each other\n" + again, 1,
		}, {
			"callback not importable", func(p *patient) { p.python.ImportError = "ImportError: no tornado" }, "callback",
			"failed callback: the callback page's module cannot be imported: ImportError: no tornado\n" + why404 + again, 1,
		}, {
			"callback not enabled", func(p *patient) { p.python.Enabled = false }, "callback",
			"failed callback: the callback page is installed, but Jupyter's configuration does not enable it\n" + why404 + "  next: run {}/venv/bin/python -m jupyter server extension enable ipyauth_callback\n", 1,
		}, {
			"old Python", func(p *patient) { p.python.Supported = false }, "python",
			"failed python: {}/venv/bin/python is Python 3.12.1\n  why: the callback page needs Python 3.10 or newer\n  next: name a newer Python that has Jupyter with --python\n", 1,
		}, {
			"route 404", func(p *patient) { p.page = http.NotFound }, "route",
			"failed route: {server}/user/x/callback/ answers 404: that server was started before the callback page was installed, or runs on another Python\n" + lost, 1,
		}, {
			"route asks for login", func(p *patient) { p.page = http.RedirectHandler("/login", http.StatusFound).ServeHTTP }, "route",
			"failed route: {server}/user/x/callback/ answers 302: something asks for a login first\n  why: the part of the answer behind # would be lost on the way through the login\n  next: restart that Jupyter server\n", 1,
		}, {
			"route fails", func(p *patient) {
				p.page = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
			}, "route",
			"failed route: {server}/user/x/callback/ answers 500\n" + lost, 1,
		}, {
			"route serves another page", func(p *patient) {
				p.page = func(w http.ResponseWriter, _ *http.Request) { w.Write(append([]byte("x"), callback.Page...)) }
			}, "route",
			"failed route: {server}/user/x/callback/ serves another page than this ipyauth's\n  why: the page and the kernel may not understand each other\n  next: restart that Jupyter server\n", 1,
		}, {
			"route's page is cut", func(p *patient) {
				p.page = func(w http.ResponseWriter, _ *http.Request) { w.Write(callback.Page[:10]) }
			}, "route",
			"failed route: {server}/user/x/callback/ serves another page than this ipyauth's\n  why: the page and the kernel may not understand each other\n  next: restart that Jupyter server\n", 1,
		}, {
			"a proxy changes a header", func(p *patient) {
				p.page = func(w http.ResponseWriter, r *http.Request) {
					rw := headerChanger{w}
					servePage(rw, r)
				}
			}, "route",
			"warning route: {server}/user/x/callback/ is our page, with another Referrer-Policy header\n  why: a proxy in front of Jupyter changes it\n  next: let the proxy pass the headers of callback/ on as they are\n", 0,
		}, {
			"clock", func(p *patient) { p.now = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC) }, "clock",
			"failed clock: 1970-01-01T00:00:00Z is before this ipyauth was made (2026-02-01)\n  why: tokens would be taken for not yet valid\n  next: set the machine's clock\n", 1,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := newPatient(t)
			row.mutate(p)
			before := p.tree()
			report := Doctor(t.Context(), p.system(), p.target())
			want := healthy
			for _, line := range strings.SplitAfter(healthy, "\n") {
				if row.check != "" && strings.Contains(line, " "+row.check+": ") {
					want = strings.Replace(healthy, line, row.want, 1)
				}
			}
			if got := p.print(report); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if report.Failures() != row.failures {
				t.Errorf("got %d failures, want %d", report.Failures(), row.failures)
			}
			if p.tree() != before {
				t.Error("the doctor changed files")
			}
		})
	}
}

func TestDoctorServers(t *testing.T) {
	for _, row := range []struct {
		name    string
		servers []installtest.Server
		want    string
	}{
		{"none", nil, "skipped route: no Jupyter server is running\nredirect: http://localhost:8888/callback/\n"},
		{"Unix socket", []installtest.Server{{URL: "http+unix://%2Frun%2Fj/", Socket: "/run/j"}}, "skipped route: a Jupyter server without an address for browsers\nredirect: http://localhost:8888/callback/\n"},
		{"no address", []installtest.Server{{URL: ":"}}, "skipped route: a Jupyter server without an address for browsers\nredirect: http://localhost:8888/callback/\n"},
		{"stopped", []installtest.Server{{URL: "http://127.0.0.1:1/"}}, "failed route: http://127.0.0.1:1/callback/ does not answer: dial tcp 127.0.0.1:1: connect: connection refused\n  why: a provider's answer sent there would be lost\n  next: restart that Jupyter server\nredirect: http://127.0.0.1:1/callback/\n"},
		{
			"two, and no token in the report", []installtest.Server{{URL: "{server}/user/x/?token=abc"}, {URL: "{server}/user/x"}},
			strings.Repeat("ok route: {server}/user/x/callback/ serves the callback page without login\n", 2) + strings.Repeat("redirect: {server}/user/x/callback/\n", 2),
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := newPatient(t)
			p.python.Servers = nil
			for _, server := range row.servers {
				server.URL = strings.ReplaceAll(server.URL, "{server}", p.server.URL)
				p.python.Servers = append(p.python.Servers, server)
			}
			report := Doctor(t.Context(), p.system(), p.target())
			var checks []Check
			for _, c := range report.Checks {
				if c.Name == "route" {
					checks = append(checks, c)
				}
			}
			report.Checks = checks
			if got := p.print(report); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

// A certificate made on the spot is no failure: the browser may know it.
func TestDoctorCertificate(t *testing.T) {
	p := newPatient(t)
	secure := httptest.NewUnstartedServer(http.HandlerFunc(servePage))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	p.python.Servers = []installtest.Server{{URL: secure.URL + "/"}}
	report := Doctor(t.Context(), p.system(), p.target())
	for _, c := range report.Checks {
		if c.Name == "route" && c.Status != Warning {
			t.Errorf("got %+v", c)
		}
	}
}

func TestDoctorWithoutPython(t *testing.T) {
	p := newPatient(t)
	p.onPath = map[string]string{p.binary(): p.binary()}
	got := p.print(Doctor(t.Context(), p.system(), Target{}))
	want := `failed python: no Python with Jupyter was found on PATH
  why: the callback page and the widget live in Jupyter's Python
  next: name the Python that Jupyter runs on with --python
failed kernelspec: there is none in {}/home/.local/share/jupyter
  why: Jupyter cannot start the kernel
  next: run ipyauth install --user
skipped route: no Jupyter server is running
ok clock: 2026-03-01T12:00:00Z
redirect: http://localhost:8888/callback/
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDoctorWithoutJupyter(t *testing.T) {
	p := newPatient(t)
	p.python.Packages = nil
	p.python.Servers = nil
	report := Doctor(t.Context(), p.system(), p.target())
	if report.Failures() != 3 {
		t.Errorf("got\n%s", p.print(report))
	}
	if got := p.print(report); !strings.Contains(got, "skipped callback: installed, but there is no jupyter_server to ask\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestReportJSON(t *testing.T) {
	p := newPatient(t)
	delete(p.python.Packages, "anywidget")
	p.python.Servers = nil
	report := Doctor(t.Context(), p.system(), p.target())
	report.Version = "VERSION"
	got, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/report.golden", p.short(string(got))+"\n")
}

func (m *machine) remove(name string) {
	m.t.Helper()
	if err := os.RemoveAll(m.path(name)); err != nil {
		m.t.Fatal(err)
	}
}

// other makes the kernelspec start another program, which answers version with text.
func (m *machine) other(text string) {
	m.write("venv/share/jupyter/kernels/ipyauth/kernel.json", `{"argv": ["`+m.path("other")+`", "kernel", "{connection_file}"]}`)
	m.onPath[m.path("other")] = m.path("other")
	m.versions = map[string]string{m.path("other"): text + "\n"}
}

// headerChanger is a proxy that has its own mind about one header.
type headerChanger struct{ http.ResponseWriter }

func (w headerChanger) Write(b []byte) (int, error) {
	w.Header().Set("Referrer-Policy", "origin")
	return w.ResponseWriter.Write(b)
}
