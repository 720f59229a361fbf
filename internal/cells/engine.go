package cells

import (
	"fmt"
	"os"
	"strings"

	"github.com/ipyauth/ipyauth/internal/engine"
	"github.com/ipyauth/ipyauth/internal/interp"
	"github.com/ipyauth/ipyauth/kernel"
)

// The engines that %engine names.
const (
	EngineGo      = "go"      // this module's own, of current Go
	EngineGomacro = "gomacro" // gomacro, for macros and for old notebooks
)

// DefaultEngine runs the cells of a session that names no engine.
const DefaultEngine = EngineGo

var engineNames = []string{EngineGo, EngineGomacro}

// thirdParty is an engine that builds packages from outside of the standard
// library when it is told to.
type thirdParty interface{ AllowThirdParty(allow bool) }

// use makes name the engine of the next cells.
func (s *session) use(name string) error {
	in := s.engines[name]
	if in == nil {
		var err error
		if in, err = s.start(name); err != nil {
			return err
		}
		s.engines[name] = in
		s.tellThirdParty(in)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name, s.current = name, in
	return nil
}

func (s *session) start(name string) (kernel.Interpreter, error) {
	switch name {
	case EngineGo:
		return engine.New(engine.Options{Publish: s.options.Publish})
	case EngineGomacro:
		return interp.New(interp.Options{Publish: s.options.Publish})
	}
	return nil, fmt.Errorf("there is no engine %q, only %s", name, strings.Join(engineNames, " and "))
}

// engine runs the next cell.
func (s *session) engine() kernel.Interpreter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// chooseEngine is the command %engine.
func (s *session) chooseEngine(name string) error {
	was := s.name
	if name == "" {
		return say("cells run with the engine " + was)
	}
	_, known := s.engines[name]
	if err := s.use(name); err != nil {
		return fmt.Errorf("%%engine: %w", err)
	}
	switch {
	case name == was:
		return say("cells run with the engine " + name + " already")
	case known:
		return say("cells run with the engine " + name + " again, and find its variables as they were")
	}
	return say("cells run with the engine " + name + " from here on: it does not know what " + was + " has declared, which %engine " + was + " brings back")
}

func say(line string) error {
	_, err := fmt.Fprintln(os.Stdout, line)
	return err
}

// allowThirdParty is the command %go111module.
func (s *session) allowThirdParty(allow bool) {
	s.thirdParty = allow
	for _, in := range s.engines {
		s.tellThirdParty(in)
	}
}

func (s *session) tellThirdParty(in kernel.Interpreter) {
	if in, ok := in.(thirdParty); ok {
		in.AllowThirdParty(s.thirdParty)
	}
}
