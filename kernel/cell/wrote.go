package cell

// Author is a [Host] that knows the code of the cells that ran.
type Author interface {
	// Wrote reports whether text stands in that code.
	Wrote(text string) bool
}

// Wrote reports whether text stands, as it is, in the running cell or one that ran
// before: it is then saved with the notebook. Library code that is given a secret warns
// of that. Outside a kernel it is false.
func Wrote(text string) bool {
	h, ok := host().(Author)
	return ok && text != "" && h.Wrote(text)
}
