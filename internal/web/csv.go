package web

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"time"

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

// dayText is a day as a table says it.
func dayText(t sql.NullTime) string {
	if !t.Valid {
		return ""
	}
	return t.Time.Format(time.DateOnly)
}

// wholeText is a whole number as a table says it.
func wholeText(n sql.NullInt64) string {
	if !n.Valid {
		return ""
	}
	return strconv.FormatInt(n.Int64, 10)
}
