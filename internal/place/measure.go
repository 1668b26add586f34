package place

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/lake"
)

// Measured gives an area its size, box and geometry. The shape is one of the team's, kept as text
// of [geo.EncodeShape].
func Measured(a Area, text string) (Shape, error) {
	g, err := geo.DecodeShape(text)
	if err != nil {
		return Shape{}, err
	}
	return Measure(a, g), nil
}

// Measure gives an area its size, box and geometry.
func Measure(a Area, g geom.Geometry) Shape {
	a.Km2 = geo.AreaKm2(g)
	a.Box, _ = geo.Bounds(g)
	return Shape{a, g}
}

// measureStage measures the areas that come without measures: those of the table that the team
// keeps, whose shape is one cell of text.
func measureStage() lake.Stage {
	return lake.Stage{Name: "area_measured", Inputs: []string{"ev_area"}, Grain: "one row an area that the team saved, with its measures", Private: true, Version: "1", Run: measureAll}
}

// measureColumns are the columns of the clean text in order.
const measureColumns = `{'source': 'VARCHAR', 'file': 'VARCHAR', 'line': 'BIGINT', 'area_id': 'VARCHAR', 'name': 'VARCHAR', 'note': 'VARCHAR', 'km2': 'DOUBLE', 'lon': 'DOUBLE', 'lat': 'DOUBLE', 'west': 'DOUBLE', 'south': 'DOUBLE', 'east': 'DOUBLE', 'north': 'DOUBLE', 'geometry': 'VARCHAR'}`

// leastLine is what the engine's bound on a line is at least; it sets aside many times the bound.
const leastLine = 2 << 20

func measureAll(ctx context.Context, w lake.Work) error {
	rows, err := w.DB.QueryContext(ctx, "select source, file, line, area_id, name, note, geometry from ev_area where west is null order by area_id, source, file, line")
	if err != nil {
		return err
	}
	defer rows.Close()
	clean := filepath.Join(w.Dir, "clean.txt")
	f, err := os.Create(clean)
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	longest := 0
	for rows.Next() {
		var rec evidence.Record
		var id, name, text string
		var note sql.NullString
		if err := rows.Scan(&rec.Source, &rec.File, &rec.Line, &id, &name, &note, &text); err != nil {
			return err
		}
		s, err := Measured(Area{}, text)
		if err != nil {
			return fmt.Errorf("area %s, line %d of %s: %w", id, rec.Line, rec.File, err)
		}
		fields := []string{rec.Source, rec.File, strconv.Itoa(int(rec.Line)), id, name, note.String}
		lon, lat, _ := geo.InsidePoint(s.Geometry)
		for _, v := range []float64{s.Km2, lon, lat, s.Box.West, s.Box.South, s.Box.East, s.Box.North} {
			fields = append(fields, strconv.FormatFloat(v, 'f', 6, 64))
		}
		// Errors of a buffered writer show at Flush.
		n, _ := out.WriteString(strings.Join(append(fields, string(geo.AppendGeoJSON(nil, s.Geometry))), "\x1f") + "\n")
		longest = max(longest, n)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	err = w.DB.Copy(ctx, "select source, file, line, area_id, name, note, km2, lon, lat, west, south, east, north, geometry from read_csv("+lake.Literal(clean)+
		", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', nullstr = '', new_line = '\\n', max_line_size = "+strconv.Itoa(max(leastLine, longest+1024))+", columns = "+measureColumns+")",
		filepath.Join(w.Dir, lake.TableFile))
	if err != nil {
		return err
	}
	return os.Remove(clean)
}
