package kernel_test

import "testing"

// What a cell that prints 10,000 lines takes, to the last message.
func BenchmarkLines(b *testing.B) {
	for _, row := range []struct {
		name    string
		secrets []string // cells that hide some
	}{
		{"no secret", nil},
		{"secrets", []string{"hide: hide", "hide: tokens"}},
	} {
		b.Run(row.name, func(b *testing.B) {
			c := startPrinter(b)
			for _, code := range append(row.secrets, "few lines") {
				c.Execute(code)
			}
			for b.Loop() {
				c.Execute("few lines")
			}
		})
	}
}
