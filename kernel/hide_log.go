package kernel

import (
	"context"
	"fmt"
	"log/slog"
)

// logMask hides secrets in the kernel's own log: it tells of panics in cells,
// whose values may be anything.
type logMask struct {
	slog.Handler
	hidden *hidden
}

// Handle implements slog.Handler.
func (l logMask) Handle(ctx context.Context, r slog.Record) error {
	if l.hidden.mask() == nil {
		return l.Handler.Handle(ctx, r)
	}
	masked := slog.NewRecord(r.Time, r.Level, l.hidden.text(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		masked.AddAttrs(l.attr(a))
		return true
	})
	return l.Handler.Handle(ctx, masked)
}

// attr is a as it is, unless there is a secret in its text.
func (l logMask) attr(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		group := make([]any, 0, len(v.Group()))
		for _, member := range v.Group() {
			group = append(group, l.attr(member))
		}
		return slog.Group(a.Key, group...)
	}
	text := fmt.Sprintf("%+v", v.Any())
	if shown := l.hidden.text(text); shown != text {
		return slog.String(a.Key, shown)
	}
	return a
}

// WithAttrs implements slog.Handler.
func (l logMask) WithAttrs(attrs []slog.Attr) slog.Handler {
	masked := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		masked[i] = l.attr(a)
	}
	return logMask{l.Handler.WithAttrs(masked), l.hidden}
}

// WithGroup implements slog.Handler.
func (l logMask) WithGroup(name string) slog.Handler {
	return logMask{l.Handler.WithGroup(name), l.hidden}
}
