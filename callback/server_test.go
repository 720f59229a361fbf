package callback

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ipyauth/ipyauth/internal/install/installtest"
)

// A real Jupyter server, with the strictest login setting and a base URL that needs escaping in a
// regular expression, must send what Headers and Page say.
func TestJupyterServesThePage(t *testing.T) {
	t.Attr("attack", "A21")
	_, python := installtest.Venv(t)
	pip(t, python, "install", "--no-deps", "--no-index", "--quiet", writeWheel(t))
	base := startJupyter(t, python, "/user/a.b+c/")
	page := base + "callback/"

	for _, row := range []struct {
		name, method, url string
		status            int
		location          string
	}{
		{"page", "GET", page, 200, ""},
		{"page with an answer", "GET", page + "?code=x&state=y", 200, ""},
		{"page, HEAD", "HEAD", page, 200, ""},
		{"no slash", "GET", base + "callback", 302, "/user/a.b+c/callback/"},
		{"no slash, query kept as it is", "GET", base + "callback?a=%2F+b&a=&c", 302, "/user/a.b+c/callback/?a=%2F+b&a=&c"},
		{"no slash, HEAD", "HEAD", base + "callback?a", 302, "/user/a.b+c/callback/?a"},
		{"POST", "POST", page, 405, ""},
		{"PUT", "PUT", page, 405, ""},
		{"DELETE", "DELETE", page, 405, ""},
		{"OPTIONS", "OPTIONS", page, 405, ""},
		{"POST, no slash", "POST", base + "callback", 405, ""},
		{"wrong token", "GET", page + "?token=wrong", 200, ""},
		{"unchanged page is sent again", "GET", page, 200, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			res, body := request(t, row.method, row.url)
			if res.StatusCode != row.status {
				t.Fatalf("got status %d, want %d", res.StatusCode, row.status)
			}
			for name, want := range Headers() {
				if got := res.Header.Get(name); got != want[0] {
					t.Errorf("%s: got %q, want %q", name, got, want[0])
				}
			}
			if got := res.Header.Get("Location"); got != row.location {
				t.Errorf("Location: got %q, want %q", got, row.location)
			}
			for _, name := range []string{"Set-Cookie", "Cross-Origin-Opener-Policy", "Access-Control-Allow-Origin"} {
				if got := res.Header.Get(name); got != "" {
					t.Errorf("%s: got %q, want none", name, got)
				}
			}
			if row.status == 405 && res.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("Allow: got %q", res.Header.Get("Allow"))
			}
			if row.status == 200 && row.method == "GET" && body != string(Page) {
				t.Errorf("got another page, %d bytes", len(body))
			}
		})
	}

	t.Run("elsewhere login is still asked for", func(t *testing.T) {
		for _, path := range []string{"callback/x", "callbacks", "api/kernels"} {
			if res, body := request(t, "GET", base+path); res.StatusCode == 200 || body == string(Page) {
				t.Errorf("%s: got status %d", path, res.StatusCode)
			}
		}
	})
}

// startJupyter runs a Jupyter server until the test ends, and returns its base URL.
func startJupyter(t *testing.T, python, path string) string {
	t.Helper()
	home := t.TempDir()
	cmd := exec.Command(python, "-m", "jupyter_server",
		"--no-browser", "--allow-root", "--ip=127.0.0.1", "--port="+freePort(t), "--ServerApp.port_retries=0",
		"--ServerApp.base_url="+path, "--ServerApp.allow_unauthenticated_access=False",
		`--ServerApp.tornado_settings={"headers": {"Content-Security-Policy": "default-src *", "Cross-Origin-Opener-Policy": "same-origin"}}`)
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "HOME="+home, "JUPYTER_CONFIG_DIR="+home, "JUPYTER_DATA_DIR="+home, "JUPYTER_RUNTIME_DIR="+home)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	running := regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+/\S*/`)
	var log strings.Builder
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		log.WriteString(lines.Text() + "\n")
		if url := running.FindString(lines.Text()); url != "" {
			// Jupyter warns of handlers that do not say whether they want a login.
			if strings.Contains(log.String(), "CallbackHandler") {
				t.Errorf("Jupyter complains about the handler:\n%s", log.String())
			}
			go io.Copy(io.Discard, stderr) // or the server blocks on its log
			origin, _, _ := strings.Cut(url, path)
			awaitListener(t, strings.TrimPrefix(origin, "http://"))
			return origin + path
		}
	}
	t.Fatalf("Jupyter server did not start:\n%s", log.String())
	return ""
}

// freePort is one that nobody listens on at the moment: early servers of Jupyter 2 cannot choose.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// awaitListener waits until addr takes connections: the server says it runs a little before it does.
func awaitListener(t *testing.T, addr string) {
	t.Helper()
	retry := time.NewTicker(10 * time.Millisecond)
	defer retry.Stop()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-retry.C {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nothing listens on %s", addr)
}

func request(t *testing.T, method, url string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}
