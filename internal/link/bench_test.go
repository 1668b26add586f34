package link

import (
	"context"
	"os"
	"testing"
)

// BenchmarkRun_files links the lists of a folder (left.csv and right.csv with
// id,name,address,town,postcode): MILIEU_LINK_BENCH names it.
func BenchmarkRun_files(b *testing.B) {
	dir := os.Getenv("MILIEU_LINK_BENCH")
	if dir == "" {
		b.Skip("MILIEU_LINK_BENCH names no folder")
	}
	m, err := Shipped("organisations")
	if err != nil {
		b.Fatal(err)
	}
	left, right := readCSV(b, m, dir+"/left.csv", "id", true), readCSV(b, m, dir+"/right.csv", "id", true)
	for b.Loop() {
		rep, err := Run(context.Background(), m, []*Table{left, right}, Options{}, func(Pair) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(rep.Scored), "pairs")
		b.ReportMetric(float64(rep.Kept), "kept")
	}
}
