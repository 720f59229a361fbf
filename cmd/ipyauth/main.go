// Command ipyauth installs and runs the Jupyter kernel Go (ipyauth), and helps to set it up.
//
//	ipyauth install --prefix DIR | --user | --sys-prefix [--python PYTHON]
//	ipyauth uninstall   takes that away again
//	ipyauth doctor      looks for what is wrong, and prints the redirect URI to register
//	ipyauth provider    runs an identity provider for trying things out
//	ipyauth kernel      is what Jupyter runs
//	ipyauth version
//
// Results go to standard output; what was done, and errors, to standard error. The exit code is 0
// when all went well, 1 when something failed, 2 when the command was not understood.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:]))
}
