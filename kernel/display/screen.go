package display

import (
	"maps"

	"github.com/ipyauth/ipyauth/kernel/cell"
)

// ClearOutput removes what the running cell has printed and shown so far. With
// wait it goes when something new arrives, so that a picture that is redrawn
// does not flicker. The error says that no kernel runs.
func ClearOutput(wait bool) error { return cell.Clear(wait) }

// WithID is d under an id of your choice, by which [Update] finds it again:
//
//	Display(display.WithID("progress", display.HTML("<progress>")))
//	display.Update("progress", display.HTML("done"))
func WithID(id string, d Data) Data {
	transient := MIMEMap{"display_id": id}
	maps.Copy(transient, d.Transient)
	transient["display_id"] = id
	d.Transient = transient
	return d
}

// Update shows d in the place of everything that was shown under the id, in
// whatever cell. Errors: no kernel runs, the id is empty, d has no JSON form.
func Update(id string, d Data) error { return cell.Update(cell.Display(WithID(id, d))) }
