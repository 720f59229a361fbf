package main

import (
	"slices"
	"strings"
)

// target is a system and processor that the kernel is built for.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "_" + t.arch }

var targets = []target{
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"linux", "amd64"}, {"linux", "arm64"},
	{"windows", "amd64"}, {"windows", "arm64"},
}

// group is a set of targets that share a generated file.
type group struct {
	name       string
	constraint string // of go:build, "" for all
	members    []target
}

// groups are the sets there are, the largest first: what several targets have in
// common is kept in the largest set that fits.
var groups = makeGroups()

func makeGroups() []group {
	all := []group{
		{"all", "", targets},
		{"unix", "darwin || linux", slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return t.os == "windows" })},
	}
	for _, system := range []string{"darwin", "linux", "windows"} {
		members := slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return t.os != system })
		all = append(all, group{system, system, members})
	}
	for _, t := range targets {
		all = append(all, group{t.String(), t.os + " && " + t.arch, []target{t}})
	}
	return all
}

// split takes the fewest groups that make up have.
func split(have []target) []group {
	var parts []group
	left := slices.Clone(have)
	for _, g := range groups {
		inside := func(t target) bool { return slices.Contains(left, t) }
		if !slices.ContainsFunc(g.members, func(t target) bool { return !inside(t) }) {
			parts = append(parts, g)
			left = slices.DeleteFunc(left, func(t target) bool { return slices.Contains(g.members, t) })
		}
	}
	return parts
}

// camel is the group's name as part of a Go name: linuxAMD64.
func (g group) camel() string {
	system, arch, _ := strings.Cut(g.name, "_")
	return system + strings.ToUpper(arch)
}

// of are the groups that t belongs to, the largest first.
func (t target) groups() []group {
	return slices.DeleteFunc(slices.Clone(groups), func(g group) bool { return !slices.Contains(g.members, t) })
}
