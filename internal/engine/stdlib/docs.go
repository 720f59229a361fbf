package stdlib

import (
	"go/types"
	"strings"
	"sync"
)

var comments sync.Map // path -> map[string]string

// Doc is the doc comment of a name of a package, of a method or field T.M, or of the
// package itself for "". A name that stands for another package's has that one's
// comment if it has none of its own. It is "" when there is no comment.
func Doc(path, name string) string {
	path = Resolve(path)
	if text := packageComments(path)[name]; text != "" || name == "" {
		return text
	}
	p, err := Import(path)
	if err != nil {
		return ""
	}
	first, member, isMember := strings.Cut(name, ".")
	alias, ok := p.Scope().Lookup(first).(*types.TypeName)
	if !ok || !alias.IsAlias() {
		return ""
	}
	named, ok := types.Unalias(alias.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg() == p {
		return ""
	}
	original := named.Obj().Name()
	if isMember {
		original += "." + member
	}
	return packageComments(named.Obj().Pkg().Path())[original]
}

// packageComments are the doc comments of a package by name. What was unzipped once
// is kept.
func packageComments(path string) map[string]string {
	if known, ok := comments.Load(path); ok {
		return known.(map[string]string)
	}
	text, err := docs().read(path)
	if err != nil {
		return nil
	}
	parts := strings.Split(string(text), "\x00")
	byName := make(map[string]string, len(parts)/2)
	for i := 0; i+1 < len(parts); i += 2 {
		byName[parts[i]] = parts[i+1]
	}
	known, _ := comments.LoadOrStore(path, byName)
	return known.(map[string]string)
}
