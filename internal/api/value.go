package api

import (
	"database/sql"
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"milieu/internal/evidence"
)

// What is not known is null in JSON and empty in a table, and never 0: these turn
// what the domain packages give into values that keep the two apart.

func optText(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func optInt(n sql.NullInt64) *int64 {
	if !n.Valid {
		return nil
	}
	return &n.Int64
}

// optFloat is null also for what no JSON can say.
func optFloat(f sql.NullFloat64) *float64 {
	if !f.Valid || math.IsNaN(f.Float64) || math.IsInf(f.Float64, 0) {
		return nil
	}
	return &f.Float64
}

func optDay(t sql.NullTime) *string {
	if !t.Valid {
		return nil
	}
	s := t.Time.Format(time.DateOnly)
	return &s
}

// cell is a value as a table says it.
func cell[T string | int64 | float64](v *T) string {
	if v == nil {
		return ""
	}
	switch v := any(*v).(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// record is the line of a source that an item comes from.
type record struct {
	Source string `json:"source"`
	File   string `json:"file"`
	Line   int    `json:"line"`
}

func from(r evidence.Record) record { return record(r) }

// orNone is a record where there may be none.
func orNone(r evidence.Record) *record {
	if r.Source == "" {
		return nil
	}
	out := from(r)
	return &out
}

// cells are the record's columns in a table.
func (r record) cells() []string { return []string{r.Source, r.File, strconv.Itoa(r.Line)} }

// named is an organisation that an item names.
type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// words is a text of several words as a list, without empty ones.
func words(of []string) []string {
	out := []string{}
	for _, w := range of {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// at is an address of the API made of parts that may hold any character.
func at(parts ...string) string {
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return "/api/v1/" + strings.Join(parts, "/")
}

// position is a place on the map in degrees of WGS84.
type position struct{ lon, lat float64 }

// text is the position as GeoJSON has it, longitude first, to ten centimetres.
func (p position) text() string {
	degrees := func(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }
	return "[" + degrees(p.lon) + "," + degrees(p.lat) + "]"
}

func point(p position) json.RawMessage {
	return json.RawMessage(`{"type":"Point","coordinates":` + p.text() + `}`)
}

// line is straight, and has its two ends even where they are one place.
func line(a, b position) json.RawMessage {
	return json.RawMessage(`{"type":"LineString","coordinates":[` + a.text() + "," + b.text() + `]}`)
}
