package growth

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/lake"
)

// register is the employment survey of 40 areas by 729 industries over seven years, which
// is not part of the repository.
func register(t testing.TB) *lake.DB {
	t.Helper()
	dir := os.Getenv("MILIEU_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	file := filepath.Join(dir, "region_industry", "BRES_open_ITL2_5digitSIC_2015-2021.csv.gz")
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		t.Skip("real data is absent: set MILIEU_TESTDATA")
	}
	db := openLake(t)
	fill(t, db, `select GEOGRAPHY_CODE, GEOGRAPHY_NAME, "DATE", 'SIC2007', INDUSTRY_CODE, INDUSTRY_NAME, "COUNT", null, null, 'public-relaxed', 'bres', 'bres.csv', 1
from read_csv('`+strings.ReplaceAll(file, "'", "''")+`', types = {'INDUSTRY_CODE': 'VARCHAR', 'COUNT': 'DOUBLE'}) where INDUSTRY_CODE is not null and "COUNT" is not null`)
	return db
}

func TestSouthYorkshire(t *testing.T) {
	db := register(t)
	table, err := Read(t.Context(), db, Question{Area: "UKE3"})
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Areas) < 38 || table.Year != 2021 || len(table.Years) != 7 {
		t.Fatalf("%d areas, year %d of %v, left out %v", len(table.Areas), table.Year, table.Years, table.LeftOut)
	}
	p, err := Reach(table, Draws)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s has %d industries; %d ranked, %d guarded; complexity %q, direction %.2f, outlook %.2f", table.area().Name, p.Has, p.Ranked, len(p.Guarded()), p.Open, p.Direction, p.Outlook)
	for _, c := range p.Top() {
		t.Logf("  %-70.70s density %.3f LQ %.2f (%.2f to %.2f) complexity %+.2f gain %+.2f stays %.2f", c.Name, c.Density, c.Quotient.Value, c.Quotient.Lo, c.Quotient.Hi, c.Complexity, c.Gain, c.Stays)
		if c.Wider.Value < LeastJobs || c.Guard != "" {
			t.Errorf("%+v is on the shortlist", c)
		}
	}
	c, err := Complex(table, Draws)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("complexity %q, direction %.2f, lost %d", c.Open, c.Direction, c.Lost)
	for k, a := range c.Areas {
		if k < 5 || a.Own || k > len(c.Areas)-4 {
			t.Logf("  %2d %-40s %+.2f (%+.2f to %+.2f) diversity %d", k+1, a.Area.Name, a.Index, a.Lo, a.Hi, a.Diversity)
		}
	}
	s, err := Parted(t.Context(), db, table, 2015, 2021)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("change %+v\nyearly %+v\ngrowth of all %.3f; new to all %v", s.Whole, s.Yearly, s.Growth, s.NewToAll)
	for _, sh := range s.Industries[:10] {
		t.Logf("  %-60.60s %v to %v, regional %.0f (%.0f to %.0f)", sh.Name, sh.Start.Value, sh.End.Value, sh.Regional.Value, sh.Regional.Lo, sh.Regional.Hi)
	}
	a, err := Similar(table, Draws)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range a.Areas[:6] {
		t.Logf("  %-40s Hellinger %.3f Krugman %.3f cosine %.3f place %d to %d stays %.2f alike %v", l.Area.Name, l.Hellinger, l.Krugman, l.Cosine, l.RankLo, l.RankHi, l.Stays, l.Alike)
	}
}

func BenchmarkSouthYorkshire(b *testing.B) {
	db := register(b)
	table, err := Read(b.Context(), db, Question{Area: "UKE3"})
	if err != nil {
		b.Fatal(err)
	}
	for name, f := range map[string]func() error{
		"read":       func() error { _, err := Read(b.Context(), db, Question{Area: "UKE3"}); return err },
		"reach":      func() error { _, err := Reach(table, Draws); return err },
		"complexity": func() error { _, err := Complex(table, Draws); return err },
		"shift":      func() error { _, err := Parted(b.Context(), db, table, 2015, 2021); return err },
		"similar":    func() error { _, err := Similar(table, Draws); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
