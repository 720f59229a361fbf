package kernel_test

import (
	"context"
	"log"
	"os"
	"os/signal"
	"strconv"

	"github.com/ipyauth/ipyauth/kernel"
	"github.com/ipyauth/ipyauth/kernel/display"
)

// sum is an interpreter whose cells are integers; their value is the sum of all
// so far.
type sum struct{ total int }

func (s *sum) Language() kernel.Language {
	return kernel.Language{Name: "sum", Version: "1", MIMEType: "text/plain", FileExtension: ".txt", Banner: "Adds up."}
}

func (s *sum) Execute(c kernel.Cell) (*display.Data, error) {
	n, err := strconv.Atoi(c.Code)
	if err != nil {
		return nil, &kernel.CellError{Name: "NotANumber", Message: "a cell is an integer"}
	}
	s.total += n
	d := display.MakeData(display.MIMETypeText, s.total)
	return &d, nil
}

func (s *sum) Interrupt() {} // no cell takes long

// A whole kernel program. Its kernelspec says "argv": ["sum", "{connection_file}"].
func ExampleRun() {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	err := kernel.Run(context.Background(), kernel.Options{
		ConnectionFile: os.Args[1],
		NewInterpreter: func() (kernel.Interpreter, error) { return &sum{}, nil },
		CaptureOutput:  true,
		Interrupts:     interrupts,
		Implementation: "sum",
		Version:        "1.0.0",
	})
	if err != nil {
		log.Fatal(err)
	}
}
