package choice

import (
	"fmt"
	"strings"
)

// Wrong is something in a problem that cannot be taken.
type Wrong struct {
	Path    string // such as options[3].costs[1].amount; empty: the whole
	Line    int    // of the text, from 1; 0 where the problem is no text
	Message string // what is wrong and what to write
}

func (w Wrong) String() string {
	s := w.Message
	if w.Path != "" {
		s = w.Path + ": " + s
	}
	if w.Line > 0 {
		s = fmt.Sprintf("line %d: %s", w.Line, s)
	}
	return s
}

// Errors are all that is wrong with a problem, in the order of the text.
type Errors []Wrong

// Error has one line for each, twenty at most.
func (e Errors) Error() string {
	const most = 20
	var lines []string
	for k, w := range e {
		if k == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(e)-most))
			break
		}
		lines = append(lines, w.String())
	}
	return strings.Join(lines, "\n")
}
