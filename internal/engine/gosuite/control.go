package gosuite

import (
	"context"
	"go/types"
)

// RunMinus runs each program that passes with its sums of numbers made
// differences (see [MinusForPlus]). A row fails where the program noticed.
// Programs without such a sum, and those that fail as they are, have no row.
func (s *Suite) RunMinus(ctx context.Context, programs []Program, importer types.Importer) (Table, error) {
	var changed []Program
	original := map[string]Program{}
	for _, p := range programs {
		if text, n := MinusForPlus(p.Text, importer); n > 0 {
			original[p.Path] = p
			changed = append(changed, Program{p.Path, text, p.Output})
		}
	}
	noticed, err := s.each(ctx, changed, s.program)
	if err != nil {
		return nil, err
	}
	// Only what failed can have failed before.
	var again []Program
	for _, row := range noticed {
		if row.Reason != "" {
			again = append(again, original[row.Path])
		}
	}
	sound, err := s.each(ctx, again, s.program)
	if err != nil {
		return nil, err
	}
	failed := map[string]bool{}
	for _, row := range sound {
		failed[row.Path] = row.Reason != ""
	}
	var table Table
	for _, row := range noticed {
		if !failed[row.Path] {
			table = append(table, row)
		}
	}
	return table, nil
}
