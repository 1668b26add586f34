package evidence

import (
	"bufio"
	"encoding/csv"
	"os"
	"strconv"

	"milieu/internal/tabular"
)

// rejectWriter keeps rejects as CSV beside the table of their source.
type rejectWriter struct {
	f   *os.File
	buf *bufio.Writer
	csv *csv.Writer
}

var rejectColumns = []string{"source", "file", "line", "whole_row", "column_name", "reason", "found"}

func newRejects(file string) (*rejectWriter, error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	buf := bufio.NewWriter(f)
	w := &rejectWriter{f, buf, csv.NewWriter(buf)}
	return w, w.csv.Write(rejectColumns)
}

func (w *rejectWriter) add(source, file string, r tabular.Reject) {
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
