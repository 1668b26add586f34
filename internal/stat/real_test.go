package stat

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// registerCells reads one year of the employment survey by ITL2 region and
// 5-digit industry, which is not part of the repository.
func registerCells(t *testing.T, year string) []Cell {
	t.Helper()
	dir := os.Getenv("MILIEU_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "region_industry", "BRES_open_ITL2_5digitSIC_2015-2021.csv.gz"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("real data is absent: set MILIEU_TESTDATA")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(z)
	var cells []Cell
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return cells
		}
		if err != nil {
			t.Fatal(err)
		}
		if rec[0] != year {
			continue
		}
		v, err := strconv.ParseFloat(rec[5], 64)
		if err != nil {
			t.Fatal(err)
		}
		cells = append(cells, Cell{Region: rec[2], Industry: rec[4], Value: v})
	}
}

// The shares of the whole, weighted by the quotients of a region, add up to 1;
// and each quotient lies in its bounds.
func TestTable_register(t *testing.T) {
	cells := registerCells(t, "2021")
	table := mustTable(t, cells, PublicRelaxed)
	overall := map[string]float64{}
	for _, s := range table.Industries() {
		overall[s.Name] = s.Value / table.Total().Value
	}
	sum := map[string]float64{}
	above, sure := 0, 0
	for _, q := range table.Quotients() {
		if !q.LQ.Defined {
			continue
		}
		sum[q.Region] += q.LQ.Value * overall[q.Industry]
		if !(q.LQ.Lo <= q.LQ.Value && q.LQ.Value <= q.LQ.Hi) {
			t.Fatalf("%+v is outside its bounds", q)
		}
		if q.LQ.Value > 1.1 {
			above++
		}
		if q.LQ.Above(1.1) {
			sure++
		}
	}
	for region, s := range sum {
		if !near(s, 1, 1e-9) {
			t.Errorf("%s: weighted quotients add up to %v", region, s)
		}
	}
	t.Logf("%d cells in %d regions: %d quotients over 1.1, of which %d whatever the rounding", len(cells), len(sum), above, sure)
}
