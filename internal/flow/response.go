package flow

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// maxResponse bounds each part of a response, maxParameters what is in it.
	maxResponse   = 64 << 10
	maxParameters = 64
)

// Response is what the browser brought back: the query and the fragment of the
// callback page's address, without ? and #, as they are.
type Response struct {
	Query, Fragment string
}

// responseParameters are the names that make a part of the address a response:
// RFC 6749 sections 4.1.2 and 4.2.2, RFC 9207, OpenID Connect Core 1.0 section
// 3.2.2.5 and Session Management 1.0. Others belong to whoever put them there.
var responseParameters = []string{
	"access_token", "code", "error", "error_description", "error_uri", "expires_in", "id_token", "iss", "refresh_token",
	"scope", "session_state", "state", "token_type",
}

// parsed is a response taken apart, not judged.
type parsed struct {
	values     map[string]string
	inFragment bool
}

// parseResponse decodes a response strictly. Its errors are ErrMalformed and,
// for a response spread over both parts, ErrMode.
func parseResponse(r Response) (parsed, error) {
	query, wrong := parsePart(r.Query)
	if wrong != "" {
		return parsed{}, fail(ErrMalformed, "check response", "the query "+wrong)
	}
	fragment, wrong := parsePart(r.Fragment)
	if wrong != "" {
		return parsed{}, fail(ErrMalformed, "check response", "the fragment "+wrong)
	}
	inQuery, inFragment := isResponse(query), isResponse(fragment)
	switch {
	case inQuery && inFragment:
		return parsed{}, fail(ErrMode, "check response", "the response is in the query and in the fragment")
	case inFragment:
		return parsed{values: fragment, inFragment: true}, nil
	case inQuery:
		return parsed{values: query}, nil
	}
	return parsed{}, fail(ErrMalformed, "check response", "there is no response in the address")
}

func isResponse(values map[string]string) bool {
	return slices.ContainsFunc(responseParameters, func(name string) bool { _, there := values[name]; return there })
}

// parsePart decodes application/x-www-form-urlencoded (RFC 6749 appendix B). In
// contrast to url.ParseQuery it refuses a name that repeats (section 3.1), text
// that is not UTF-8, and control characters; and it stops at its limits first.
func parsePart(raw string) (values map[string]string, wrong string) {
	if len(raw) > maxResponse {
		return nil, "is longer than 64 kB"
	}
	if strings.Count(raw, "&") >= maxParameters {
		return nil, "has more than 64 parameters"
	}
	values = map[string]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, errName := url.QueryUnescape(name)
		value, errValue := url.QueryUnescape(value)
		switch _, repeated := values[name]; {
		case errName != nil || errValue != nil:
			return nil, "has a broken percent escape"
		case !utf8.ValidString(name) || !utf8.ValidString(value):
			return nil, "is not UTF-8"
		case name == "" || strings.ContainsFunc(name, notVisible):
			return nil, "has a parameter without a proper name"
		case strings.ContainsRune(value, 0):
			return nil, "has a NUL character"
		case repeated:
			return nil, "has a parameter twice"
		}
		values[name] = value
	}
	return values, ""
}

// notVisible is the complement of visible ASCII.
func notVisible(r rune) bool { return r <= ' ' || r >= 0x7f }
