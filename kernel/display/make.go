package display

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"os"
	"strings"
)

// HTML shows a fragment of HTML.
func HTML(html string) Data { return MakeData(MIMETypeHTML, html) }

// JavaScript runs a script in the page, where the front end allows it.
func JavaScript(javascript string) Data { return MakeData(MIMETypeJavaScript, javascript) }

// JPEG shows the bytes of a JPEG file.
func JPEG(jpeg []byte) Data { return MakeData(MIMETypeJPEG, jpeg) }

// JSON shows a JSON object as a tree.
func JSON(json map[string]any) Data { return MakeData(MIMETypeJSON, json) }

// Latex shows a formula in the line of text. Dollar signs around it are
// optional.
func Latex(latex string) Data {
	return MakeData3(MIMETypeLatex, latex, "$"+strings.Trim(latex, "$")+"$")
}

// Markdown shows rendered Markdown.
func Markdown(markdown string) Data { return MakeData(MIMETypeMarkdown, markdown) }

// Math shows a formula on a line of its own. Dollar signs around it are
// optional.
func Math(latex string) Data {
	return MakeData3(MIMETypeLatex, latex, "$$"+strings.Trim(latex, "$")+"$$")
}

// PDF shows the bytes of a PDF file.
func PDF(pdf []byte) Data { return MakeData(MIMETypePDF, pdf) }

// PNG shows the bytes of a PNG file.
func PNG(png []byte) Data { return MakeData(MIMETypePNG, png) }

// SVG shows an SVG document.
func SVG(svg string) Data { return MakeData(MIMETypeSVG, svg) }

// Image shows an image as PNG, in its own size. An image that PNG cannot hold
// (one without pixels) shows the reason as text.
func Image(img image.Image) Data {
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		return MakeData(MIMETypeText, fmt.Sprintf("image cannot be shown: %v", err))
	}
	d := PNG(buf.Bytes())
	size := img.Bounds()
	d.Metadata = MIMEMap{MIMETypePNG: MIMEMap{"width": size.Dx(), "height": size.Dy()}}
	return d
}

// File shows a file's content as mimeType; "" means to detect the type from
// the content. It panics with an error when the file cannot be read, which a
// cell shows.
func File(mimeType string, path string) Data {
	content, err := os.ReadFile(path)
	if err != nil {
		panic(fmt.Errorf("display file: %w", err))
	}
	return Any(mimeType, content)
}

// Auto is Any with the MIME type detected from the content.
func Auto(data any) Data { return Any("", data) }

// Any shows data as mimeType. Values that [Render] knows are rendered by it
// and mimeType is not used; else data is a string, []byte, io.Reader or
// io.WriterTo with the content. It panics with an error for other types and
// when reading fails, which a cell shows.
func Any(mimeType string, data any) Data {
	if d, ok := Render(data); ok {
		return d
	}
	switch v := data.(type) {
	case string:
		if mimeType == "" {
			mimeType = MIMETypeText // the type of a text cannot be told from it
		}
		return MakeData(mimeType, v)
	case []byte:
		return anyBytes(mimeType, v)
	case io.Reader:
		content, err := io.ReadAll(v)
		if err != nil {
			panic(fmt.Errorf("display %T: %w", data, err))
		}
		return anyBytes(mimeType, content)
	case io.WriterTo:
		var buf bytes.Buffer
		if _, err := v.WriteTo(&buf); err != nil {
			panic(fmt.Errorf("display %T: %w", data, err))
		}
		return anyBytes(mimeType, buf.Bytes())
	}
	panic(fmt.Errorf("display: cannot show a value of type %T", data))
}

func anyBytes(mimeType string, content []byte) Data {
	if mimeType == "" {
		mimeType = http.DetectContentType(content)
	}
	if strings.HasPrefix(mimeType, MIMETypeText) {
		return MakeData(MIMETypeText, string(content))
	}
	return MakeData(mimeType, content)
}
