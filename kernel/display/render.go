package display

import (
	"fmt"
	"image"
	"maps"
)

// The interfaces a type may have to be shown richly. They are aliases: the
// method's signature is what counts, and a type satisfies them without
// importing this package.
type (
	// Renderer says everything about how a value is shown.
	Renderer = interface{ Render() Data }
	// SimpleRenderer gives the representations and no metadata.
	SimpleRenderer = interface{ SimpleRender() MIMEMap }

	// HTMLer has text/html.
	HTMLer = interface{ HTML() string }
	// JavaScripter has application/javascript.
	JavaScripter = interface{ JavaScript() string }
	// JPEGer has image/jpeg.
	JPEGer = interface{ JPEG() []byte }
	// JSONer has application/json.
	JSONer = interface{ JSON() map[string]any }
	// Latexer has text/latex.
	Latexer = interface{ Latex() string }
	// Markdowner has text/markdown.
	Markdowner = interface{ Markdown() string }
	// PNGer has image/png.
	PNGer = interface{ PNG() []byte }
	// PDFer has application/pdf.
	PDFer = interface{ PDF() []byte }
	// SVGer has image/svg+xml.
	SVGer = interface{ SVG() string }
)

// Render is the rich form of a compiled value: a Data as it is, else what the
// value's methods give. A value with several of the methods gets them all;
// where two give the same MIME type, Render wins over SimpleRender and that
// over the single-type methods. What has no text/plain gets v printed. The
// bool is false when v is neither a Data nor has any of the methods.
//
// Render runs the value's methods and does nothing else; a panic in one of
// them is the caller's. The maps of the result are the caller's to change.
func Render(v any) (Data, bool) {
	if d, ok := v.(Data); ok {
		return Data{maps.Clone(d.Data), maps.Clone(d.Metadata), maps.Clone(d.Transient)}, true
	}
	var d Data
	var found bool
	add := func(x Data) {
		found = true
		d.Data = merge(d.Data, x.Data)
		d.Metadata = merge(d.Metadata, x.Metadata)
		d.Transient = merge(d.Transient, x.Transient)
	}
	renderImage(v, add)
	renderSingle(v, func(mimeType string, data any) { add(Data{Data: MIMEMap{mimeType: data}}) })
	if r, ok := v.(SimpleRenderer); ok {
		add(Data{Data: r.SimpleRender()})
	}
	if r, ok := v.(Renderer); ok {
		add(r.Render())
	}
	if !found {
		return Data{}, false
	}
	if d.Data[MIMETypeText] == nil {
		d.Data = merge(d.Data, MIMEMap{MIMETypeText: fmt.Sprint(v)})
	}
	return d, true
}

func renderImage(v any, add func(Data)) {
	img, ok := v.(image.Image)
	if !ok {
		return
	}
	d := Image(img)
	if d.Data[MIMETypePNG] != nil {
		size := img.Bounds()
		// The printed form of an image is the list of its pixels.
		d.Data[MIMETypeText] = fmt.Sprintf("%T %dx%d", v, size.Dx(), size.Dy())
	}
	add(d)
}

// renderSingle adds what the methods for a single MIME type give.
func renderSingle(v any, add func(mimeType string, data any)) {
	if r, ok := v.(HTMLer); ok {
		add(MIMETypeHTML, r.HTML())
	}
	if r, ok := v.(JavaScripter); ok {
		add(MIMETypeJavaScript, r.JavaScript())
	}
	if r, ok := v.(JPEGer); ok {
		add(MIMETypeJPEG, r.JPEG())
	}
	if r, ok := v.(JSONer); ok {
		add(MIMETypeJSON, r.JSON())
	}
	if r, ok := v.(Latexer); ok {
		add(MIMETypeLatex, r.Latex())
	}
	if r, ok := v.(Markdowner); ok {
		add(MIMETypeMarkdown, r.Markdown())
	}
	if r, ok := v.(PNGer); ok {
		add(MIMETypePNG, r.PNG())
	}
	if r, ok := v.(PDFer); ok {
		add(MIMETypePDF, r.PDF())
	}
	if r, ok := v.(SVGer); ok {
		add(MIMETypeSVG, r.SVG())
	}
}

func merge(into, from MIMEMap) MIMEMap {
	if into == nil && len(from) > 0 {
		into = make(MIMEMap, len(from))
	}
	maps.Copy(into, from)
	return into
}
