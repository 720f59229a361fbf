package callback

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"
)

// What the wheel is made of beside the page.
var (
	//go:embed ipyauth_callback/__init__.py
	module []byte
	//go:embed ipyauth_callback.json
	enable []byte
)

// Distribution is the wheel's name for pip and for importlib.metadata, and the module's name.
const Distribution = "ipyauth_callback"

// metadata is in the core metadata format; the values are those of pyproject.toml.
const metadata = `Metadata-Version: 2.1
Name: ` + Distribution + `
Version: ` + Version + `
Summary: The page at callback/ of a Jupyter server where sign-ins of ipyauth notebooks come back
License: BSD-3-Clause
Requires-Python: >=3.10
Requires-Dist: jupyter_server>=2
Requires-Dist: anywidget>=0.9
`

// tags is the WHEEL file (binary distribution format, "Contents").
const tags = `Wheel-Version: 1.0
Generator: ipyauth
Root-Is-Purelib: true
Tag: py3-none-any
`

// File is one file of the wheel: where it is in the archive, and what it holds.
type File struct {
	Name string
	Data []byte
}

// Files lists what the wheel installs, without its own records (dist-info).
func Files() []File {
	return []File{
		{Distribution + "/__init__.py", module},
		{Distribution + "/index.html", Page},
		// The data folder's files go below sys.prefix, where Jupyter looks for its configuration.
		{Distribution + "-" + Version + ".data/data/etc/jupyter/jupyter_server_config.d/" + Distribution + ".json", enable},
	}
}

// Wheel returns the wheel ipyauth_callback as pip takes it, and its file name. The same sources give
// the same bytes, with every Go release: nothing is compressed and every time is the zip epoch.
func Wheel() (name string, data []byte) {
	info := Distribution + "-" + Version + ".dist-info/"
	files := append(Files(),
		File{info + "METADATA", []byte(metadata)},
		File{info + "WHEEL", []byte(tags)},
	)
	files = append(files, File{info + "RECORD", record(files, info+"RECORD")})

	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, f := range files {
		add(w, f)
	}
	w.Close() // writing to a buffer does not fail
	return Distribution + "-" + Version + "-py3-none-any.whl", buf.Bytes()
}

// record is the RECORD file: name, hash and size of every file but itself (PEP 376, PEP 427).
func record(files []File, self string) []byte {
	var b strings.Builder
	for _, f := range files {
		sum := sha256.Sum256(f.Data)
		fmt.Fprintf(&b, "%s,sha256=%s,%d\n", f.Name, base64.RawURLEncoding.EncodeToString(sum[:]), len(f.Data))
	}
	fmt.Fprintf(&b, "%s,,\n", self)
	return []byte(b.String())
}

// add writes f with its sizes in front of it (no data descriptor), which installers that read the
// archive as a stream need.
func add(w *zip.Writer, f File) {
	h := &zip.FileHeader{
		Name:               f.Name,
		Method:             zip.Store,
		CRC32:              crc32.ChecksumIEEE(f.Data),
		CompressedSize64:   uint64(len(f.Data)),
		UncompressedSize64: uint64(len(f.Data)),
	}
	h.SetMode(0o644)
	h.ModifiedDate = 1<<5 | 1 // 1980-01-01, the first day a zip file can name
	body, err := w.CreateRaw(h)
	if err == nil {
		_, err = body.Write(f.Data)
	}
	if err != nil {
		panic("callback: wheel: " + err.Error()) // only a wrong header can do this
	}
}
