package kernel

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// dropProgramPages lets go of the pages of the program's own file. The start
// runs through most of it, above all through the tables of packages, and what
// it touched would count as this process's memory for ever: 25 MiB. What is
// needed again is mapped again, from the page cache.
//
// Only mappings are dropped that cannot be written and hold nothing but the
// file (no relocated data, no breakpoints): nothing can be lost.
func dropProgramPages() error {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	mappings, err := os.Open("/proc/self/smaps")
	if err != nil {
		return err
	}
	defer mappings.Close()
	var start, end uintptr // of the program's mapping that is being read about, or 0
	lines := bufio.NewScanner(mappings)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) >= 5 && strings.Contains(fields[0], "-"): // proc(5), /proc/pid/smaps: a mapping begins
			start, end = 0, 0
			if len(fields) == 6 && fields[5] == program && !strings.Contains(fields[1], "w") {
				if _, err := fmt.Sscanf(fields[0], "%x-%x", &start, &end); err != nil {
					return err
				}
			}
		case start != 0 && len(fields) == 3 && fields[0] == "Anonymous:" && fields[1] == "0":
			_, _, failed := syscall.Syscall(syscall.SYS_MADVISE, start, end-start, syscall.MADV_DONTNEED)
			if failed != 0 {
				return fmt.Errorf("drop pages of the program: %w", failed)
			}
		}
	}
	return lines.Err()
}
