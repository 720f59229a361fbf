// Go source of the cells that the tests run.

import type { Servers } from './servers.ts'

/** A cell that shows the widget for SG Connect, played by the demo provider. */
export function sgConnect(servers: Servers, responseType: string): string {
  return `import "ipyauth"
a := ipyauth.NewAuth(ipyauth.ParamsSgConnect{Mode: "HOM", BaseURL: "${servers.demo}/sgconnect",
	ClientID: "ipyauth-demo", Scope: "api.demo.v1", ResponseType: "${responseType}"})
a`
}

/** A cell that shows the widget for a provider found by its issuer. */
export function oidc(issuer: string, clientID: string, responseType: string): string {
  return `import "ipyauth"
a := ipyauth.NewAuth(ipyauth.ParamsOIDC{Issuer: "${issuer}",
	ClientID: "${clientID}", ResponseType: "${responseType}"})
a`
}

/** A cell that asks the provider's userinfo endpoint with the token. */
export function userInfo(url: string): string {
  return `import ("fmt"; "io")
resp, err := a.Client().Get("${url}")
if err != nil { panic(err) }
body, _ := io.ReadAll(resp.Body)
fmt.Println(resp.StatusCode, string(body))`
}

/** A cell that writes the token to a file, where no output shows it. */
export function tokenTo(file: string): string {
  return `import ("fmt"; "os")
if err := os.WriteFile(${JSON.stringify(file)}, []byte(a.AccessToken()), 0600); err != nil { panic(err) }
fmt.Println(len(a.AccessToken()) > 20)`
}

/** A cell that shows the widget for sgID, played by the demo provider, which also hands out the key of its client. */
export function sgid(servers: Servers): string {
  return `import ("io"; "ipyauth"; "net/http")
resp, err := http.Get("${servers.demo}/sgid/demo-private-key.pem")
if err != nil { panic(err) }
key, err := io.ReadAll(resp.Body)
if err != nil { panic(err) }
a := ipyauth.NewAuth(ipyauth.ParamsSgID{Hostname: "${servers.demo}/sgid", ClientID: "ipyauth-demo",
	ClientSecret: ipyauth.NewSecret("none"), PrivateKey: ipyauth.NewSecret(string(key)), Scope: "openid myinfo.name"})
a`
}
