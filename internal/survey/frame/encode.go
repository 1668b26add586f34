package frame

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"milieu/internal/survey"
)

// format is the version of the bytes that Encode writes.
const format = 1

// mostBytes is the most that a frame may be when it is unpacked.
const mostBytes = 1 << 30

// header is the first line of an encoded frame.
type header struct {
	Format    int        `json:"format"`
	Query     Query      `json:"query"`
	Release   string     `json:"release"`
	Units     int        `json:"units"`
	Groupings []Grouping `json:"groupings"`
	Strata    []Stratum  `json:"strata"`
}

// Encode writes the frame: gzip of a line of JSON that says what it is, and a CSV with a line a unit. The same frame gives the
// same bytes.
func (f Frame) Encode() ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	line, err := json.Marshal(header{format, f.Query, f.ReleaseID, len(f.Units), f.Groupings, f.Strata})
	if err != nil {
		return nil, fmt.Errorf("write the frame: %w", err)
	}
	if _, err := z.Write(append(line, '\n')); err != nil {
		return nil, fmt.Errorf("write the frame: %w", err)
	}
	w := csv.NewWriter(z)
	_ = w.Write(f.columns()) // Error tells of all writes
	for _, u := range f.Units {
		_ = w.Write(f.row(u))
	}
	w.Flush()
	if err := errors.Join(w.Error(), z.Close()); err != nil {
		return nil, fmt.Errorf("write the frame: %w", err)
	}
	return out.Bytes(), nil
}

// columns names the cells of row.
func (f Frame) columns() []string {
	out := []string{"org_id", "name", "stratum"}
	for _, g := range f.Groupings {
		out = append(out, g.Key)
	}
	out = append(out, "employees", "distance_km")
	for _, fact := range survey.Facts {
		out = append(out, "known_"+fact, "source_"+fact)
	}
	return out
}

func (f Frame) row(u Unit) []string {
	out := []string{u.OrgID, u.Name, u.Stratum}
	for _, g := range f.Groupings {
		out = append(out, u.Groups[g.Key])
	}
	out = append(out, strconv.Itoa(u.Employees), strconv.FormatFloat(u.DistanceKM, 'f', -1, 64))
	for _, fact := range survey.Facts {
		out = append(out, u.Known[fact], u.Source[fact])
	}
	return out
}

// Decode reads what Encode wrote. The error says what is wrong with it.
func Decode(data []byte) (Frame, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return Frame{}, fmt.Errorf("read the frame: %w", err)
	}
	in := bufio.NewReader(io.LimitReader(z, mostBytes))
	line, err := in.ReadBytes('\n')
	if err != nil {
		return Frame{}, fmt.Errorf("read the frame's first line: %w", err)
	}
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		return Frame{}, fmt.Errorf("read the frame's first line: %w", err)
	}
	if h.Format != format {
		return Frame{}, fmt.Errorf("read the frame: it is of format %d and this program reads %d", h.Format, format)
	}
	f := Frame{Query: h.Query, ReleaseID: h.Release, Groupings: h.Groupings, Strata: h.Strata}
	r := csv.NewReader(in)
	r.ReuseRecord = true
	columns, err := r.Read()
	if err != nil {
		return Frame{}, fmt.Errorf("read the frame's columns: %w", err)
	}
	if !slices.Equal(columns, f.columns()) {
		return Frame{}, fmt.Errorf("read the frame: its columns are %q", columns)
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Frame{}, fmt.Errorf("read the frame's units: %w", err)
		}
		u, err := f.unit(cells)
		if err != nil {
			return Frame{}, fmt.Errorf("read the frame: unit %d: %w", len(f.Units)+1, err)
		}
		f.Units = append(f.Units, u)
	}
	if len(f.Units) != h.Units {
		return Frame{}, fmt.Errorf("read the frame: it holds %d units and says %d", len(f.Units), h.Units)
	}
	return f, nil
}

// unit reads what row wrote.
func (f Frame) unit(cells []string) (Unit, error) {
	u := Unit{OrgID: cells[0], Name: cells[1], Stratum: cells[2], Groups: map[string]string{}, Known: map[string]string{}, Source: map[string]string{}}
	cells = cells[3:]
	for i, g := range f.Groupings {
		u.Groups[g.Key] = cells[i]
	}
	cells = cells[len(f.Groupings):]
	var err error
	if u.Employees, err = strconv.Atoi(cells[0]); err != nil {
		return u, fmt.Errorf("employees %q: %w", cells[0], err)
	}
	if u.DistanceKM, err = strconv.ParseFloat(cells[1], 64); err != nil {
		return u, fmt.Errorf("distance %q: %w", cells[1], err)
	}
	for i, fact := range survey.Facts {
		if value := cells[2+2*i]; value != "" {
			u.Known[fact], u.Source[fact] = value, cells[3+2*i]
		}
	}
	return u, nil
}
