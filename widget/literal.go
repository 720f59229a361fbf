package widget

import (
	"fmt"
	"os"
	"strconv"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

// leastLiteral is the length below which a secret may stand in a cell by chance.
const leastLiteral = 8

// warnOfLiterals says once, under the cell, that a secret of the configuration is written
// in the notebook.
func (a *Auth) warnOfLiterals() {
	for _, s := range []struct{ what, key, value string }{
		{"client secret", "client_secret", a.config.ClientSecret.Reveal()},
		{"private key", "private_key", a.config.PrivateKey.Reveal()},
	} {
		quoted := strconv.Quote(s.value) // as Go source has it
		if len(s.value) >= leastLiteral && (cell.Wrote(s.value) || cell.Wrote(quoted[1:len(quoted)-1])) {
			fmt.Fprintf(os.Stderr, "ipyauth: the %s is written in this notebook and is saved with it. Write %s=... in a dotenv file instead.\n", s.what, s.key)
		}
	}
}
