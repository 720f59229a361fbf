// Go source of the cells that try to make the session show a secret without asking for one.

/** A cell that shows the widget, set up by the dotenv file in a folder; its params hold the client secret too. The kernel logs all it can. */
export function fromDotenv(folder: string): string {
  return `import ("ipyauth"; "log/slog"; "os"; "strings")
slog.SetLogLoggerLevel(slog.LevelDebug)
settings, err := os.ReadFile(${JSON.stringify(`${folder}/ipyauth-oidc.env`)})
if err != nil { panic(err) }
quoted := strings.Split(string(settings), "'")
params := ipyauth.ParamsOIDC{DotenvFolder: ${JSON.stringify(folder)}, ClientSecret: ipyauth.NewSecret(quoted[1])}
a := ipyauth.NewAuth(params)
a`
}

/** A cell that shows the widget for SG Connect, played by the demo provider, with the implicit grant. */
export function implicit(demo: string): string {
  return `import ("ipyauth"; "log/slog")
slog.SetLogLoggerLevel(slog.LevelDebug)
params := ipyauth.ParamsSgConnect{Mode: "HOM", BaseURL: "${demo}/sgconnect", ClientID: "ipyauth-demo",
	ResponseType: "token id_token"}
a := ipyauth.NewAuth(params)
a`
}

/** All that prints, marshals or walks through the session and its params; each is a cell. */
export const printers = [
  'a.Wait()\na.Show()',
  `import "fmt"
for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "% x", "%X", "%T", "%p"} {
	fmt.Printf(verb+"\\n", a)
	fmt.Printf(verb+"\\n", params)
	fmt.Printf(verb+"\\n", []interface{}{a, params, map[string]interface{}{"a": a}})
}
fmt.Println(a, params)`,
  `import "encoding/json"
b, err := json.MarshalIndent(map[string]interface{}{"a": a, "params": params}, "", " ")
fmt.Println(string(b), err)`,
  `import ("bytes"; "encoding/gob")
var buffer bytes.Buffer
fmt.Println(gob.NewEncoder(&buffer).Encode(a), gob.NewEncoder(&buffer).Encode(params))
fmt.Printf("%q", buffer.String())`,
  // A printer that goes through pointers, interfaces and fields that are not exported.
  `import "reflect"
func walk(v reflect.Value, depth int) {
	if depth > 6 || !v.IsValid() { return }
	fmt.Printf("%*s%v %v\\n", depth, "", v.Type(), v)
	switch v.Kind() {
	case reflect.Ptr, reflect.Interface:
		walk(v.Elem(), depth+1)
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ { walk(v.Field(i), depth+1) }
	case reflect.Slice:
		for i := 0; i < v.Len() && i < 100; i++ { walk(v.Index(i), depth+1) }
	}
}
walk(reflect.ValueOf(a), 0)
walk(reflect.ValueOf(params), 0)`,
  'a.SimpleRender()',
  'params',
  '*a',
  '[]interface{}{a, a.Claims(), a.Scopes(), a.Status(), a.LoggedAs(), a.ExpiresAt(), a.TokenSource(), a.Client()}',
  'panic(a)',
  'panic(fmt.Sprintf("%#v %+v", params, a))',
  'func inner(held *ipyauth.Auth) int { var m map[string]int; m["a"] = 1; return len(held.Scopes()) }\ninner(a)',
  'go func(held *ipyauth.Auth) { panic(held) }(a)',
  `import ("log"; "log/slog"; "os")
log.Printf("%v %+v %#v", a, a, params)
logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
logger.Debug("session", "a", a, "params", params)
slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})).Debug("session", "a", a, "params", params)`,
  `import ("runtime/debug"; "runtime")
stacks := make([]byte, 1<<20)
fmt.Println(string(stacks[:runtime.Stack(stacks, true)]), string(debug.Stack()))`,
  `import "os/exec"
child, err := exec.Command("sh", "-c", "env; cat /proc/$PPID/cmdline /proc/$PPID/environ | tr '\\\\0' '\\\\n'; ls -l /proc/$PPID/fd").CombinedOutput()
fmt.Println(string(child), err)`,
]

/** Cells that do say the token, by accident or from carelessness: the kernel hides it in what it publishes. */
export const tellers = [
  'a.AccessToken()',
  'fmt.Println(a.AccessToken())',
  'println(a.AccessToken())',
  `import "context"
token, err := a.Token(context.Background())
if err != nil { panic(err) }
token`,
  '*token',
  'fmt.Printf("%v %+v %#v %s %q", token, *token, *token, token.AccessToken, token.AccessToken)',
  'fmt.Fprintf(os.Stderr, "%x %X %v %#v", token.AccessToken, token.AccessToken, []byte(token.AccessToken), []byte(token.AccessToken))',
  '[]string{a.AccessToken(), token.AccessToken}',
  'b, err := json.Marshal(token)\nstring(b)',
  'b, err = json.Marshal([]byte("x" + a.AccessToken()))\nfmt.Println(string(b))\nb',
  'import ("encoding/base64"; "net/http"; "net/url")\nfmt.Println(base64.RawURLEncoding.EncodeToString([]byte(a.AccessToken())), url.QueryEscape(a.AccessToken()))',
  'half := len(a.AccessToken()) / 2\nfmt.Print(a.AccessToken()[:half])\nfmt.Print(a.AccessToken()[half:], "\\n")',
  'for i := range a.AccessToken() { os.Stdout.WriteString(a.AccessToken()[i:i+1]) }\nfmt.Println()',
  'import "time"\nfmt.Print(a.AccessToken()[:half])\ntime.Sleep(300 * time.Millisecond)\nfmt.Print(a.AccessToken()[half:], "\\n")',
  'import "github.com/ipyauth/ipyauth/kernel/display"\ndisplay.HTML("<b>" + a.AccessToken() + "</b>")',
  'log.Println("token", token)\nlogger.Debug("token", "token", a.AccessToken())',
  'panic(a.AccessToken())',
  'panic(token)',
  'panic(fmt.Errorf("call api: %w", fmt.Errorf("bearer %s was refused", a.AccessToken())))',
  'go func(text string) { panic(text) }(a.AccessToken())',
  `echo := exec.Command("sh", "-c", "echo $TOKEN")
echo.Env = []string{"TOKEN=" + a.AccessToken()}
echo.Stdout = os.Stdout
fmt.Println(echo.Run())`,
  `import "net/http/httptest"
server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(a.AccessToken()) }))
fmt.Println(http.Get(server.URL))
server.Close()`,
  // A careless dump of the request that was sent, with its Authorization header.
  `import "net/http/httputil"
resp, err := a.Client().Get(a.Claims()["iss"].(string) + "/dumped")
if err != nil { panic(err) }
dump, err := httputil.DumpRequestOut(resp.Request, true)
fmt.Printf("%s %v %v", dump, err, resp.Request.Header)`,
]

/** The same with the client secret, after fromDotenv. */
export const secretTeller = 'params.ClientSecret.Reveal()'

/** What fails, with the provider's answer in the error if somebody was careless. */
export const failures = {
  userInfo: `import "context"
_, err = a.UserInfo(context.Background())
fmt.Printf("%v %+v %#v\\n", err, err, err)
walk(reflect.ValueOf(err), 0)
panic(err)`,
  otherHost: `_, err = a.Client().Get("https://user:secret@example.invalid/?q=1")
fmt.Printf("%v %+v %#v", err, err, err)`,
  signedOut: `import ("context"; "time")
limited, stop := context.WithTimeout(context.Background(), time.Millisecond)
fmt.Println(a.Token(limited))
fmt.Println(a.WaitContext(limited))
stop()
a.AccessToken()`,
}

/** Ends the kernel as only a fault of the Go runtime can, with the session on its stack. */
export const crash =
  'import "unsafe"\nfunc end(held *ipyauth.Auth) { *(*int)(unsafe.Pointer(uintptr(1 << 40))) = 1; held.Show() }\nend(a)'
