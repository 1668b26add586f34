package profile

import (
	"bufio"
	"context"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"milieu/internal/geo/tally"
	"milieu/internal/lake"
)

//go:embed stage/*.sql
var stageFS embed.FS

// TallyFile is the name of the index in a release.
const TallyFile = "tally.idx"

// Stages make the view basis_site, the tables profile_code, profile_industry, profile_nation and profile_left_out, and the index
// tally.idx. The first says for each site with a position under which basis it counts.
func Stages() ([]lake.Stage, error) {
	stages, err := lake.ParseStages(stageFS, "stage")
	if err != nil {
		return nil, err
	}
	return append(stages, tallyStage()), nil
}

// sitesQuery reads the sites in any order: the index sorts them itself. Numbers of employees that
// no organisation has are taken as not known.
var sitesQuery = fmt.Sprintf(`select b.lon, b.lat, b.doc, coalesce(i.number, 0), coalesce(m.mask, 0), if(b.founded_year between 1 and %d, b.founded_year, 0),
  if(b.employees between 0 and %d, b.employees, -1), if(b.employees_before between 0 and %d, b.employees_before, -1),
  %d * b.office::int + %d * b.mass::int + %d * b.approximate::int + %d * b.in_any::int
  + if(b.nth = 1 and not b.mass and b.in_any, %d, 0) + if(b.nth = 1 and not b.office, %d, 0) + if(b.nth = 1 and b.office and not b.mass, %d, 0)
  + if(b.nth_mass = 1 and b.in_any, %d, 0) + if(b.nth_mass = 1 and b.office, %d, 0)
from basis_site b
left join profile_code i on i.code = b.main_code
left join (%s) m on m.org_id = b.org_id`, tally.MaxYear, tally.MaxEmployees, tally.MaxEmployees,
	tally.Office, tally.Mass, tally.Approximate, tally.InAny, tally.FirstAny, tally.FirstWork, tally.FirstOffice, tally.FirstAnyMass, tally.FirstOfficeMass, masksQuery)

func tallyStage() lake.Stage {
	return lake.Stage{Name: "tally_index", File: TallyFile, Inputs: append([]string{"basis_site", "profile_code"}, sectorInputs...), Grain: "one site with a position",
		Version: "1 " + sitesQuery, Run: func(ctx context.Context, w lake.Work) error {
			spool := filepath.Join(w.Dir, "sites.txt")
			if err := w.DB.Spool(ctx, sitesQuery, spool); err != nil {
				return err
			}
			var b tally.Builder
			if err := addLines(ctx, spool, &b); err != nil {
				return err
			}
			if err := os.Remove(spool); err != nil {
				return err
			}
			out, err := os.Create(filepath.Join(w.Dir, TallyFile))
			if err != nil {
				return err
			}
			defer out.Close()
			buf := bufio.NewWriterSize(out, 1<<20)
			if _, err := b.WriteTo(buf); err != nil {
				return err
			}
			if err := buf.Flush(); err != nil {
				return err
			}
			return out.Close()
		}}
}

// addLines adds the sites of a spooled query.
func addLines(ctx context.Context, file string, b *tally.Builder) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	sc := bufio.NewScanner(in)
	for n := 1; sc.Scan(); n++ {
		if n%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		s, err := readSite(sc.Text())
		if err == nil {
			err = b.Add(s)
		}
		if err != nil {
			return fmt.Errorf("site %q: %w", sc.Text(), err)
		}
	}
	return sc.Err()
}

// readSite reads one line of sitesQuery.
func readSite(line string) (tally.Site, error) {
	var s tally.Site
	var err error
	field := func(bits int) int64 {
		text, rest, _ := strings.Cut(line, "\x1f")
		line = rest
		v, e := strconv.ParseInt(text, 10, bits)
		if err == nil {
			err = e
		}
		return v
	}
	degrees := func() float64 {
		text, rest, _ := strings.Cut(line, "\x1f")
		line = rest
		v, e := strconv.ParseFloat(text, 64)
		if err == nil {
			err = e
		}
		return v
	}
	s.Lon, s.Lat = degrees(), degrees()
	s.Doc, s.Industry, s.Sectors, s.Founded = uint32(field(33)), uint16(field(17)), uint32(field(33)), uint16(field(17))
	s.Employees, s.Before, s.Flags = int32(field(32)), int32(field(32)), uint16(field(17))
	return s, err
}
