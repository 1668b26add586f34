// Package place owns areas: official ones and those that the team draws. It
// makes the tables postcode and area, finds for every point the areas in which
// it lies, and tells what an area holds. It does not read area files (evidence)
// and does no geometry itself (geo).
package place

import (
	"bufio"
	"context"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/lake"
)

//go:embed stage/*.sql
var stageFS embed.FS

// Stages make the tables postcode, area and point_area. The last gives, for
// each distinct position in the table site, the areas of each set around it.
func Stages() ([]lake.Stage, error) {
	stages, err := lake.ParseStages(stageFS, "stage")
	if err != nil {
		return nil, err
	}
	return append(stages, measureStage(), lake.Stage{
		Name: "point_area", Inputs: []string{"area", "site"}, Grain: "one row a position and area around it",
		Private: true, Version: "1", Run: assign,
	}), nil
}

// set is the areas of one set, with a locator over them.
type set struct {
	name    string
	ids     []string
	names   []string
	locator *geo.Locator
}

// assign finds the areas around each distinct position of the sites.
func assign(ctx context.Context, w lake.Work) error {
	sets, err := readSets(ctx, w.DB)
	if err != nil {
		return err
	}
	in, out := filepath.Join(w.Dir, "points.txt"), filepath.Join(w.Dir, "areas.txt")
	if err := w.DB.Spool(ctx, "select distinct lon, lat from site where lon is not null order by lon, lat", in); err != nil {
		return err
	}
	if err := locateAll(ctx, sets, in, out); err != nil {
		return err
	}
	if err := w.DB.Copy(ctx, "select lon, lat, area_set, area_id from read_csv("+lake.Literal(out)+
		", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', columns = {'lon': 'DOUBLE', 'lat': 'DOUBLE', 'area_set': 'VARCHAR', 'area_id': 'VARCHAR'})",
		filepath.Join(w.Dir, lake.TableFile)); err != nil {
		return err
	}
	if err := os.Remove(in); err != nil {
		return err
	}
	return os.Remove(out)
}

func readSets(ctx context.Context, q lake.Querier) ([]set, error) {
	rows, err := q.QueryContext(ctx, "select area_set, area_id, name, geometry from area order by area_set, area_id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var sets []set
	var shapes []geom.Geometry
	finish := func() {
		if len(sets) > 0 {
			sets[len(sets)-1].locator = geo.NewLocator(shapes)
			shapes = nil
		}
	}
	for rows.Next() {
		var name, id, label, text string
		if err := rows.Scan(&name, &id, &label, &text); err != nil {
			return nil, err
		}
		g, err := geom.UnmarshalGeoJSON([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("area %s %s: %w", name, id, err)
		}
		if len(sets) == 0 || sets[len(sets)-1].name != name {
			finish()
			sets = append(sets, set{name: name})
		}
		s := &sets[len(sets)-1]
		s.ids, s.names = append(s.ids, id), append(s.names, label)
		shapes = append(shapes, g)
	}
	finish()
	return sets, rows.Err()
}

func locateAll(ctx context.Context, sets []set, in, out string) error {
	src, err := os.Open(in)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.Create(out)
	if err != nil {
		return err
	}
	defer dst.Close()
	w := bufio.NewWriterSize(dst, 1<<20)
	sc := bufio.NewScanner(src)
	var found []int32
	for n := 0; sc.Scan(); n++ {
		if n%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		lonText, latText, ok := strings.Cut(sc.Text(), "\x1f")
		lon, err1 := strconv.ParseFloat(lonText, 64)
		lat, err2 := strconv.ParseFloat(latText, 64)
		if !ok || err1 != nil || err2 != nil {
			return fmt.Errorf("position %q of the sites cannot be read", sc.Text())
		}
		for _, s := range sets {
			found = s.locator.LocateInto(found[:0], lon, lat)
			for _, i := range found {
				// Errors of a buffered writer show at Flush.
				_, _ = w.WriteString(sc.Text())
				_ = w.WriteByte(0x1f)
				_, _ = w.WriteString(s.name)
				_ = w.WriteByte(0x1f)
				_, _ = w.WriteString(s.ids[i])
				_ = w.WriteByte('\n')
			}
		}
	}
	if err := sc.Err(); err != nil {
		return err
	}
	return w.Flush()
}
