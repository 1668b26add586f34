package evidence

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"milieu/internal/archive"
	"milieu/internal/geo"
	"milieu/internal/lake"
	"milieu/internal/tabular"
)

// shapeReader reads files of areas or of the map's backdrop into a raw table.
type shapeReader struct {
	in      input
	set     string // options of the workspace
	idProp  string
	name    string
	kind    string
	object  string
	reading Reading
	rejects *rejectWriter
	out     *bufio.Writer
	longest int
	seen    map[string]string // area ids, with the place of the first
}

func (in input) runAreas(ctx context.Context, w lake.Work) error {
	r := &shapeReader{in: in, set: "context", idProp: "id", name: "name", seen: map[string]string{}}
	if in.def.Format == "areas" {
		for _, o := range []struct {
			name string
			to   *string
		}{{"set", &r.set}, {"id", &r.idProp}, {"name", &r.name}, {"kind", &r.kind}, {"object", &r.object}} {
			v, err := in.def.option(in.source, o.name)
			if err != nil {
				return err
			}
			*o.to = v
		}
	}
	var err error
	if r.rejects, err = newRejects(filepath.Join(w.Dir, rejectFile)); err != nil {
		return err
	}
	defer r.rejects.close()
	clean := filepath.Join(w.Dir, "clean.txt")
	f, err := os.Create(clean)
	if err != nil {
		return err
	}
	defer f.Close()
	r.out = bufio.NewWriter(f)
	for i := range in.paths {
		if err := r.file(i); err != nil {
			return fmt.Errorf("%s: %w", in.names[i], err)
		}
		w.Progress(int64(i+1), int64(len(in.paths)), "files")
	}
	if err := r.out.Flush(); err != nil {
		return err
	}
	cols := []string{"file", "line", "area_set", "area_id", "name", "kind", "note", "km2", "lon", "lat", "west", "south", "east", "north", "geometry"}
	var typed []string
	for i, c := range cols {
		t := "VARCHAR"
		if c == "line" {
			t = "BIGINT"
		} else if i >= 7 && c != "geometry" {
			t = "DOUBLE"
		}
		typed = append(typed, "'"+c+"': '"+t+"'")
	}
	if err := w.DB.Copy(ctx, "select "+strings.Join(cols, ", ")+" from read_csv("+lake.Literal(clean)+
		", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', nullstr = '', new_line = '\\n', max_line_size = "+lineLimit(r.longest)+", columns = {"+strings.Join(typed, ", ")+"})",
		filepath.Join(w.Dir, lake.TableFile)); err != nil {
		return err
	}
	if err := os.Remove(clean); err != nil {
		return err
	}
	if err := errors.Join(r.rejects.close(), r.rejects.taken(r.reading)); err != nil {
		return err
	}
	return writeJSON(filepath.Join(w.Dir, readingFile), r.reading)
}

func (r *shapeReader) file(i int) error {
	text, err := readWhole(r.in.paths[i])
	if err != nil {
		return err
	}
	opt := geo.Options{AreasOnly: r.in.def.Format == "areas", Repair: true, MaxBytes: maxShapes}
	var features []geo.Feature
	var problems []geo.Problem
	if isTopology(text) {
		features, problems, err = geo.ReadTopoJSON(bytes.NewReader(text), r.object, opt)
	} else {
		features, problems, err = geo.ReadGeoJSON(bytes.NewReader(text), opt)
	}
	if err != nil {
		return err
	}
	name := r.in.names[i]
	for _, p := range problems {
		if p.Kept || p.Index < 0 {
			r.reading.Cells++
		} else {
			r.reading.Read++
			r.reading.Rejected++
		}
		r.rejects.add(r.in.source.ID, name, tabular.Reject{Line: p.Line, Column: "geometry", Reason: p.Reason, Text: p.Name, Row: !p.Kept && p.Index >= 0})
	}
	rows := 0
	for _, f := range features {
		r.reading.Read++
		if r.feature(name, f) {
			rows++
		}
	}
	r.reading.Accepted += rows
	r.reading.Files = append(r.reading.Files, FileRead{name, r.in.hashes[i], r.in.sizes[i], rows})
	return nil
}

// feature writes one shape; it is rejected when it lacks its code or name, or
// when its code stood before.
func (r *shapeReader) feature(file string, f geo.Feature) bool {
	id, name := f.Properties[r.idProp], f.Properties[r.name]
	kind := r.kind
	if k := f.Properties["kind"]; kind == "" || r.in.def.Format != "areas" && k != "" {
		kind = k
	}
	if r.in.def.Format == "areas" {
		reason, column := "", r.idProp
		switch {
		case id == "":
			reason = fmt.Sprintf("has no property %q; it has %s; say which holds the code: options.id", r.idProp, strings.Join(sortedKeys(f.Properties), ", "))
		case name == "":
			reason = fmt.Sprintf("has no property %q; it has %s; say which holds the name: options.name", r.name, strings.Join(sortedKeys(f.Properties), ", "))
			column = r.name
		case r.seen[id] != "":
			reason = fmt.Sprintf("code %s stands already in %s; the first is kept, remove the other", id, r.seen[id])
		}
		if reason != "" {
			r.rejects.add(r.in.source.ID, file, tabular.Reject{Line: f.Line, Column: column, Reason: reason, Text: name, Row: true})
			r.reading.Rejected++
			return false
		}
		r.seen[id] = fmt.Sprintf("line %d of %s", f.Line, file)
	}
	fields := []string{file, strconv.Itoa(f.Line), r.set, id, name, kind, f.Properties["note"]}
	lon, lat, _ := geo.InsidePoint(f.Geometry)
	box, _ := geo.Bounds(f.Geometry)
	for _, v := range []float64{geo.AreaKm2(f.Geometry), lon, lat, box.West, box.South, box.East, box.North} {
		fields = append(fields, strconv.FormatFloat(v, 'f', 6, 64))
	}
	fields = append(fields, string(geo.AppendGeoJSON(nil, f.Geometry)))
	for i, v := range fields {
		fields[i] = strings.Map(func(c rune) rune {
			if c < ' ' {
				return ' '
			}
			return c
		}, v)
	}
	// Errors of a buffered writer show at Flush.
	n, _ := r.out.WriteString(strings.Join(fields, string(tabular.Separator)) + "\n")
	r.longest = max(r.longest, n)
	return true
}

const maxShapes = 256 << 20

// readWhole reads the one member of a file, within the limit.
func readWhole(path string) ([]byte, error) {
	a, err := archive.Open(path, "*json", archive.Limits{Bytes: maxShapes})
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if len(a.Members) != 1 {
		return nil, fmt.Errorf("the archive has %d files of shapes; give it one", len(a.Members))
	}
	rc, err := a.Members[0].Open()
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	text, err := io.ReadAll(io.LimitReader(rc, maxShapes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxShapes {
		return nil, fmt.Errorf("is larger than %d MiB; simplify the shapes or split the file", maxShapes>>20)
	}
	return text, nil
}

// isTopology tells TopoJSON from GeoJSON by the type that a topology must name.
func isTopology(text []byte) bool {
	head := text[:min(len(text), 4096)]
	return bytes.Contains(head, []byte(`"Topology"`)) || !bytes.Contains(head, []byte(`"Feature`)) && bytes.Contains(text, []byte(`"Topology"`))
}
