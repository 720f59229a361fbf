package flow

import (
	"net/url"
	"slices"

	"github.com/ipyauth/ipyauth/params"
)

// Hosts are the provider's own hosts, with their ports if they have any: those of the
// issuer and of the endpoints known so far. They may see the access token. It makes no
// request and does not wait for one.
func (c *Client) Hosts() []string {
	known, _ := c.known()
	addresses := endpointList(c.cfg.Endpoints)
	addresses = append(addresses, c.cfg.Issuer)
	if known != nil {
		addresses = append(append(addresses, endpointList(known.endpoints)...), known.issuer)
	}
	var hosts []string
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Host != "" && !slices.Contains(hosts, u.Host) {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}

func endpointList(e params.Endpoints) []string {
	return []string{e.Authorization, e.Token, e.UserInfo, e.TokenInfo, e.Revocation}
}
