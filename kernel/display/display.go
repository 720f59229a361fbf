// Package display describes rich output: HTML, Markdown, images, JSON and
// whatever else a Jupyter front end can show.
//
// In a cell:
//
//	import "display"
//	Display(display.HTML("<b>hello</b>"))   // shown while the cell runs
//	display.Markdown("*hello*")             // shown as the cell's result
//
// A value is also shown richly when its type has one of the methods named by
// the interfaces of this package, for instance HTML() string. [Render] is what
// decides that.
//
// # Compatibility
//
// Names, types and the meaning of each function are those of gophernotes'
// package display, so notebooks and libraries written for it work unchanged:
// the types are aliases, hence a library needs no import to satisfy them.
// What differs is what text/plain holds for binary data (a short description,
// not the list of its bytes) and what [Image] shows for an image that PNG
// cannot hold (the reason, as text).
package display

import "fmt"

// MIMEMap maps a MIME type to the representation in that type: a string,
// []byte for binary types, or anything that encoding/json can encode for JSON
// types. For metadata it maps a key, often again a MIME type, to its value.
type MIMEMap = map[string]any

// Data is one thing to show, in as many representations as there are: the
// front end picks the richest one it knows. Metadata describes the
// representations (the size of an image), Transient is for the front end only
// and is not saved (display_id). The zero Data shows nothing.
type Data = struct {
	Data      MIMEMap
	Metadata  MIMEMap
	Transient MIMEMap
}

// The MIME types that have their own function here.
const (
	MIMETypeHTML       = "text/html"
	MIMETypeJavaScript = "application/javascript"
	MIMETypeJPEG       = "image/jpeg"
	MIMETypeJSON       = "application/json"
	MIMETypeLatex      = "text/latex"
	MIMETypeMarkdown   = "text/markdown"
	MIMETypePNG        = "image/png"
	MIMETypePDF        = "application/pdf"
	MIMETypeSVG        = "image/svg+xml"
	MIMETypeText       = "text/plain"
)

// MakeData is data in one MIME type, plus a text/plain made from it for front
// ends that cannot show that type.
func MakeData(mimeType string, data any) Data {
	return MakeData3(mimeType, plainText(mimeType, data), data)
}

// MakeData3 is data in one MIME type, plus the given text/plain. When mimeType
// is itself text/plain, data wins.
func MakeData3(mimeType string, plaintext string, data any) Data {
	d := Data{Data: MIMEMap{MIMETypeText: plaintext}}
	d.Data[mimeType] = data
	return d
}

// MIME is data and metadata as they are; data holds at least one entry.
func MIME(data, metadata MIMEMap) Data {
	return Data{Data: data, Metadata: metadata}
}

// plainText is the text/plain beside a representation. Bytes are described,
// not printed: a notebook keeps both, and the list of an image's bytes is four
// times the image.
func plainText(mimeType string, data any) string {
	if b, ok := data.([]byte); ok && mimeType != MIMETypeText {
		return fmt.Sprintf("%s, %d bytes", mimeType, len(b))
	}
	return fmt.Sprint(data)
}
