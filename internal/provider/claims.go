package provider

import (
	"context"
	"maps"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

func (i *issuer) userInfoClaims(_ context.Context, g *goidc.Grant) map[string]any {
	typed, _ := g.Store[keyTyped].(string)
	p, _ := newPerson(typed)
	return i.claims(p, g)
}

// idTokenClaims are those of userinfo, and how the person signed in (OpenID Connect Core 2).
func (i *issuer) idTokenClaims(ctx context.Context, g *goidc.Grant) map[string]any {
	claims := map[string]any{"amr": []string{"pwd"}}
	if at, ok := g.Store[keyAuthTime].(int); ok {
		claims["auth_time"] = at
	}
	if acr, _ := g.Store[keyACR].(string); acr != "" {
		claims["acr"] = acr
	}
	maps.Copy(claims, i.userInfoClaims(ctx, g))
	return claims
}
