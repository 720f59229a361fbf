package cells_test

import (
	"fmt"
	"github.com/ipyauth/ipyauth/internal/cells"
	"os"
	"strings"
	"testing"
)

func TestTry(t *testing.T) {
	b, _ := os.ReadFile(os.Getenv("TRY"))
	for _, group := range strings.Split(string(b), "\n====\n") {
		s := newSession(t, cells.Options{Engine: "go"})
		for _, c := range strings.Split(group, "\n---\n") {
			data, err := s.execute(c)
			fmt.Printf(">> %s\n", c)
			if err != nil {
				fmt.Printf("ERR %v\n%s\n", err, s.tb(err))
			} else if data != nil {
				fmt.Printf("= %v\n", data.Data)
			}
		}
	}
}
