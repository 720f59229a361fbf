package main

import "testing"

func TestTemporary(t *testing.T) {
	for _, row := range []struct {
		binary string
		want   bool
	}{
		{"/tmp/go-build42/b001/exe/ipyauth", true},
		{"/opt/bin/ipyauth", false},
		{"/opt/exe/ipyauth", false},
		{"/tmp/go-build42/b001/ipyauth.test", false},
	} {
		if got := temporary(row.binary); got != row.want {
			t.Errorf("%s: got %v, want %v", row.binary, got, row.want)
		}
	}
}
