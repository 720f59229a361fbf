package cell

// Hider is a [Host] that hides secrets in what it publishes.
type Hider interface {
	// Hide replaces secret in everything that is published, until forget is called.
	Hide(secret, what, hint string) (forget func())
	// Reveal is Display without hiding anything.
	Reveal(d Display) error
}

// Hide keeps secret out of everything the kernel publishes from now on: printed
// text, results, errors, widget messages, replies. In its place stands
// "[what hidden]"; when that happens for the first time, hint is printed on
// stderr. Go values keep the secret: only what is published is looked at.
//
// It is a guard against accidents, as CI systems have it: the secret is found
// as it is, split over writes, and in the usual encodings (JSON, Go quotes,
// percent, HTML, base64, hexadecimal, lists of bytes), but not in pieces or in
// disguise. Secrets of less than 8 bytes are not hidden; they would be found in
// other words.
//
// forget ends it, for what is printed after the call; a cell that is running
// has its secrets hidden to its end. Outside a kernel Hide does nothing.
func Hide(secret, what, hint string) (forget func()) {
	if h, ok := host().(Hider); ok {
		return h.Hide(secret, what, hint)
	}
	return func() {}
}

// Reveal is [Publish] for a secret that somebody asked to see: d is shown as it
// is.
func Reveal(d Display) error {
	if h, ok := host().(Hider); ok {
		return h.Reveal(d)
	}
	return Publish(d)
}
