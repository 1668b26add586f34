package web

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"

	"milieu/internal/sheet"
)

// streamCSV sends a long table row by row as fill gives it, without holding it.
// Once a row is on its way no page can say that something went wrong: a fault
// then ends the connection, so that half a file is never taken for a whole one.
func (s *Server) streamCSV(ctx context.Context, w http.ResponseWriter, name string, header []string, fill func(row func([]string) error) error) error {
	c := csv.NewWriter(w)
	begun := false
	begin := func() error {
		begun = true
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".csv"))
		return c.Write(header)
	}
	err := fill(func(row []string) error {
		if !begun {
			if err := begin(); err != nil {
				return err
			}
		}
		return c.Write(sheet.SafeRow(row))
	})
	if err == nil && !begun {
		err = begin()
	}
	if err == nil {
		c.Flush()
		err = c.Error()
	}
	if err != nil && begun {
		if ctx.Err() == nil {
			s.cfg.Log.Error("table ended early", "table", name, "err", err)
		}
		panic(http.ErrAbortHandler)
	}
	return err
}
