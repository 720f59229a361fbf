package jupyter

import "time"

// For tests in package jupyter_test.
var ParseConnection = parseConnection

const ReplayGeneration = replayGeneration

// SetClock replaces the session's clock.
func (s *Session) SetClock(now func() time.Time) { s.now = now }
