// Command cmd prints how fast the engine is, next to gomacro and to compiled code.
//
//	go run ./internal/engine/enginebench/cmd -rounds 5
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/ipyauth/ipyauth/internal/engine/enginebench"
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each program runs; the fastest run counts")
	flag.Parse()
	rows, err := enginebench.Measure(*rounds)
	if err != nil {
		fmt.Fprintln(os.Stderr, "enginebench:", err)
		os.Exit(1)
	}
	if !enginebench.Print(os.Stdout, rows) {
		fmt.Fprintln(os.Stderr, "enginebench: a bound does not hold")
		os.Exit(1)
	}
}
