package jupyter

// KernelInfoRequest asks what the kernel is (spec, "Kernel info"); it has no content.
type KernelInfoRequest struct{}

// KernelInfoReply answers a KernelInfoRequest.
type KernelInfoReply struct {
	Status                Outcome        `json:"status"`
	ProtocolVersion       string         `json:"protocol_version"`
	Implementation        string         `json:"implementation"`
	ImplementationVersion string         `json:"implementation_version"`
	LanguageInfo          LanguageInfo   `json:"language_info"`
	Banner                string         `json:"banner"`
	HelpLinks             List[HelpLink] `json:"help_links"`
	// SupportedFeatures names optional features (JEP 92), such as "debugger" or "kernel subshells".
	SupportedFeatures List[string] `json:"supported_features"`
}

// LanguageInfo tells front ends how to treat the code. The names of lexer, mode and exporter may be left empty.
type LanguageInfo struct {
	Name              string `json:"name"`
	Version           string `json:"version"`
	MIMEType          string `json:"mimetype"`
	FileExtension     string `json:"file_extension"`
	PygmentsLexer     string `json:"pygments_lexer,omitempty"`
	CodeMirrorMode    string `json:"codemirror_mode,omitempty"`
	NBConvertExporter string `json:"nbconvert_exporter,omitempty"`
}

// HelpLink is an entry of a front end's Help menu.
type HelpLink struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}
