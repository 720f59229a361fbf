package main

import (
	"context"
	"fmt"
	"os"

	"github.com/ipyauth/ipyauth/internal/engine/gosuite"
)

// The controls that show that the suite bites.
const (
	controlSkipMain = "skipmain"
	controlAddSub   = "addsub"
)

// minBitten is how many programs must notice that + is -.
const minBitten = 100

func programs(ctx context.Context, args []string) (bool, error) {
	f := newFlags("programs")
	control := f.String("control", "", "skipmain: nothing passes; addsub: + is -, at least 100 programs notice")
	f.BoolVar(&f.suite.Compiled, "compiled", false, "run compiled programs in place of the engine: what fails then is no fault of the engine")
	f.BoolVar(&f.suite.Compare, "compare", false, "run the compiled program too, and compare output and status")
	if err := f.parse(args); err != nil {
		return false, err
	}
	selected, err := f.read(gosuite.KindRun)
	if err != nil {
		return false, err
	}
	switch *control {
	case controlAddSub:
		return addSub(ctx, f, selected)
	case controlSkipMain:
		f.suite.SkipMain = true
	case "":
	default:
		return false, fmt.Errorf("no control %s", *control)
	}
	table, err := f.suite.Run(ctx, selected)
	if err != nil {
		return false, err
	}
	if err := f.report(table); err != nil {
		return false, err
	}
	if f.suite.SkipMain || f.suite.Compiled {
		return table.Passed() == 0 == f.suite.SkipMain, nil
	}
	return compare(table, gosuite.KindRun)
}

func addSub(ctx context.Context, f *common, selected []gosuite.Program) (bool, error) {
	importer, err := gosuite.Importer()
	if err != nil {
		return false, err
	}
	table, err := f.suite.RunMinus(ctx, selected, importer)
	if err != nil {
		return false, err
	}
	if err := f.report(table); err != nil {
		return false, err
	}
	bitten := len(table) - table.Passed()
	fmt.Printf("%d programs notice that + is -, at least %d must\n", bitten, minBitten)
	return bitten >= minBitten, nil
}

func errorcheck(ctx context.Context, args []string) (bool, error) {
	f := newFlags("errorcheck")
	if err := f.parse(args); err != nil {
		return false, err
	}
	selected, err := f.read(gosuite.KindErrorcheck)
	if err != nil {
		return false, err
	}
	if selected, err = gosuite.Judgeable(selected); err != nil {
		return false, err
	}
	importer, err := gosuite.Importer()
	if err != nil {
		return false, err
	}
	table, err := f.suite.RunErrorcheck(ctx, selected, importer)
	if err != nil {
		return false, err
	}
	if err := f.report(table); err != nil {
		return false, err
	}
	return compare(table, gosuite.KindErrorcheck)
}

func snippets(ctx context.Context, args []string) (bool, error) {
	f := newFlags("snippets")
	file := f.String("snippets", "internal/engine/testdata/snippets.txt", "the snippets")
	expected := f.String("expected", "internal/engine/testdata/snippets-expected.txt", "what those print that are no sessions")
	update := f.Bool("update", false, "write what compiled programs print into the file of -expected")
	f.BoolVar(&f.suite.Compiled, "compiled", false, "run compiled programs in place of the engine")
	if err := f.parse(args); err != nil {
		return false, err
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return false, err
	}
	list, err := gosuite.ReadSnippets(string(text))
	if err != nil {
		return false, err
	}
	if *update {
		outputs, err := f.suite.RecordOutputs(ctx, list)
		if err != nil {
			return false, err
		}
		return true, os.WriteFile(*expected, []byte(outputs), 0o644)
	}
	outputs, err := os.ReadFile(*expected)
	if err != nil {
		return false, err
	}
	if err := gosuite.Expect(list, string(outputs)); err != nil {
		return false, err
	}
	table, err := f.suite.RunSnippets(ctx, list)
	if err != nil {
		return false, err
	}
	failed := gosuite.Known{}.Unexpected(table)
	failed.Print(os.Stdout)
	return len(failed) == 0, f.report(table)
}
