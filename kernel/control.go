package kernel

import (
	"github.com/ipyauth/ipyauth/internal/jupyter"
)

// kernelInfo answers messaging specification, "Kernel info".
func (k *kernel) kernelInfo(r *request) {
	k.reply(r, jupyter.TypeKernelInfoReply, k.info)
}

func kernelInfo(o Options, l Language) jupyter.KernelInfoReply {
	info := jupyter.KernelInfoReply{
		ProtocolVersion:       jupyter.ProtocolVersion,
		Implementation:        o.Implementation,
		ImplementationVersion: o.Version,
		LanguageInfo: jupyter.LanguageInfo{
			Name:              l.Name,
			Version:           l.Version,
			MIMEType:          l.MIMEType,
			FileExtension:     l.FileExtension,
			PygmentsLexer:     l.PygmentsLexer,
			CodeMirrorMode:    l.CodeMirrorMode,
			NBConvertExporter: l.NBConvertExporter,
		},
		Banner: l.Banner,
	}
	for _, link := range l.HelpLinks {
		info.HelpLinks = append(info.HelpLinks, jupyter.HelpLink(link))
	}
	return info
}

// interrupted answers "Kernel interrupt". The interrupt itself was urgent and
// is done; the cell's own reply says what came of it.
func (k *kernel) interrupted(r *request) {
	k.reply(r, jupyter.TypeInterruptReply, jupyter.InterruptReply{})
}

// shutdown answers "Kernel shutdown" and tells all clients on IOPub. The kernel
// ends once this request's idle is out. Content that cannot be read is no
// reason to live on.
func (k *kernel) shutdown(r *request) {
	var q jupyter.ShutdownRequest
	if err := r.Decode(&q); err != nil {
		k.log.Warn("shutdown_request", "error", err)
	}
	reply := jupyter.ShutdownReply{Restart: q.Restart}
	r.after = func() { k.end(errShutdown) }
	k.reply(r, jupyter.TypeShutdownReply, reply)
	k.publish(jupyter.TypeShutdownReply, r.RawHeader, reply)
}
