package api

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"milieu/internal/sheet"
)

const (
	pageRows = 100  // of a page, where nobody says
	pageMost = 1000 // of a page
	rowsMost = 1<<31 - 1
)

// mostStreams is how many long lists are sent whole at once: the engine holds what it has
// read of each until its reader has taken it.
const mostStreams = 2

// window is which part of a list is asked for.
type window struct {
	limit, offset int
	whole         bool // all rows from offset on, as a table may have them
}

// window reads limit and offset. A table without limit goes to the end of the list.
func (a *ask) window() window {
	_, given := a.query.values["limit"]
	w := window{limit: a.query.number("limit", 1, pageMost, pageRows), offset: a.query.number("offset", 0, rowsMost, 0)}
	if w.whole = a.format == asCSV && !given; w.whole {
		w.limit = rowsMost
	}
	return w
}

// next is the address of the next page, nil on the last one. It names the release, so
// that a list is not put together from two.
func (a *ask) next(w window, total int) *string {
	if w.whole || w.offset+w.limit >= total {
		return nil
	}
	v, err := url.ParseQuery(a.query.without())
	if err != nil {
		return nil // it was made by us
	}
	v.Set("limit", strconv.Itoa(w.limit))
	v.Set("offset", strconv.Itoa(w.offset+w.limit))
	if slices.Contains(a.params, "release") {
		v.Set("release", a.snap.Rel.ID)
	}
	to := a.r.URL.EscapedPath() + "?" + v.Encode()
	return &to
}

// page is a part of a list.
type page[T any] struct {
	Release string  `json:"release"`
	Total   int     `json:"total"`
	Limit   int     `json:"limit"`
	Offset  int     `json:"offset"`
	Next    *string `json:"next"`
	Items   []T     `json:"items"`
}

// newPage is a page with its place in the list, which headers tell too: tables have
// no other way to say it.
func newPage[T any](a *ask, w window, total int) page[T] {
	p := page[T]{Release: a.snap.Rel.ID, Total: total, Limit: w.limit, Offset: w.offset, Next: a.next(w, total), Items: []T{}}
	a.w.Header().Set("Milieu-Total", strconv.Itoa(total))
	if p.Next != nil {
		a.w.Header().Set("Link", "<"+*p.Next+`>; rel="next"`)
	}
	return p
}

// collection is a page as GeoJSON.
type collection struct {
	Type     string    `json:"type"`
	Release  string    `json:"release"`
	Total    int       `json:"total"`
	Limit    int       `json:"limit"`
	Offset   int       `json:"offset"`
	Next     *string   `json:"next"`
	Features []feature `json:"features"`
}

// feature is one shape of a collection.
type feature struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Properties any             `json:"properties"`
	Geometry   json.RawMessage `json:"geometry"`
}

// collection puts shapes in the place of a page's items.
func (p page[T]) collection(of []feature) collection {
	if of == nil {
		of = []feature{}
	}
	return collection{"FeatureCollection", p.Release, p.Total, p.Limit, p.Offset, p.Next, of}
}

// send answers with a value as JSON.
func (a *ask) send(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	a.w.Header().Set("Content-Type", mediaType[a.format])
	_, _ = a.w.Write(append(text, '\n')) // who asked has left when this fails
	return nil
}

// patience is how long the reader of a table may take for a thousand rows.
const patience = 30 * time.Second

// table sends rows one by one as fill gives them, without holding them. Once a row is
// on its way no problem can say that something went wrong: a fault then ends the
// connection, so that half a table is never taken for a whole one.
func (s *Server) table(a *ask, w window, total int, name string, header []string, fill func(row func(...string) error) error) error {
	if w.whole && total > s.part {
		select {
		case s.streams <- struct{}{}:
			defer func() { <-s.streams }()
		default:
			return failed(unavailable, "%d long lists are being sent already. Try again in a moment, or read it in pages with limit and offset.", mostStreams).with("Retry-After", "5")
		}
	}
	c := csv.NewWriter(a.w)
	begun, n := false, 0
	patient := func() {
		// Not every way to the reader has deadlines; then the server's own holds.
		_ = http.NewResponseController(a.w).SetWriteDeadline(time.Now().Add(patience))
	}
	begin := func() error {
		begun = true
		patient()
		a.w.Header().Set("Content-Type", mediaType[asCSV]+"; charset=utf-8; header=present")
		a.w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".csv"))
		return c.Write(header)
	}
	if a.r.Method == http.MethodHead {
		return begin() // the rows would be thrown away
	}
	err := fill(func(cells ...string) error {
		if !begun {
			if err := begin(); err != nil {
				return err
			}
		}
		if n++; n%pageMost == 0 {
			patient()
		}
		return c.Write(sheet.SafeRow(cells))
	})
	if err == nil && !begun {
		err = begin()
	}
	if err == nil {
		c.Flush()
		err = c.Error()
	}
	if err != nil && begun {
		if a.r.Context().Err() == nil {
			s.cfg.Log.Error("table ended early", "table", name, "err", err)
		}
		panic(http.ErrAbortHandler)
	}
	return err
}
