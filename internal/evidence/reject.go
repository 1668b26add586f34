package evidence

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"

	"milieu/internal/tabular"
)

// rejectWriter keeps rejects as CSV beside the table of their source.
type rejectWriter struct {
	f     *os.File
	buf   *bufio.Writer
	csv   *csv.Writer
	first string // the first row left out, for a message
}

var rejectColumns = []string{"source", "file", "line", "whole_row", "column_name", "reason", "found"}

func newRejects(file string) (*rejectWriter, error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	buf := bufio.NewWriter(f)
	w := &rejectWriter{f: f, buf: buf, csv: csv.NewWriter(buf)}
	return w, w.csv.Write(rejectColumns)
}

func (w *rejectWriter) add(source, file string, r tabular.Reject) {
	if r.Row && w.first == "" {
		w.first = strings.TrimSpace(fmt.Sprintf("%s: line %d: %s %s", file, r.Line, r.Column, r.Reason))
	}
	// A failed write shows when the file is closed.
	_ = w.csv.Write([]string{source, file, strconv.Itoa(r.Line), strconv.FormatBool(r.Row), r.Column, r.Reason, r.Text})
}

func (w *rejectWriter) close() error {
	if w.f == nil {
		return nil
	}
	w.csv.Flush()
	err := w.csv.Error()
	if e := w.buf.Flush(); err == nil {
		err = e
	}
	if e := w.f.Close(); err == nil {
		err = e
	}
	w.f = nil
	return err
}

// taken is an error when nothing of what was read could be taken: that is a
// wrong file, and a release without the source's rows must not replace a good one.
func (w *rejectWriter) taken(r Reading) error {
	if r.Read == 0 || r.Accepted > 0 {
		return nil
	}
	return fmt.Errorf("none of the %d rows can be taken; the first: %s", r.Read, w.first)
}

// rejectType is the engine's type of a column of the rejects.
func rejectType(column string) string {
	switch column {
	case "line":
		return "BIGINT"
	case "whole_row":
		return "BOOLEAN"
	}
	return "VARCHAR"
}
