package name

import (
	"encoding/csv"
	"os"
	"testing"
)

func pairs(tb testing.TB) [][]string {
	f, err := os.Open("testdata/labelled.csv")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return rows[1:]
}

// BenchmarkPair reads and compares two names, as calc names does.
func BenchmarkPair(b *testing.B) {
	rows := pairs(b)
	l := Shipped()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r := rows[i%len(rows)]
		x, y := l.Parse(r[0]), l.Parse(r[1])
		l.Compare(&x, &y)
	}
}

// BenchmarkCompare compares names that have been read.
func BenchmarkCompare(b *testing.B) {
	rows := pairs(b)
	l := Shipped()
	var names []Name
	for _, r := range rows {
		names = append(names, l.Parse(r[0]), l.Parse(r[1]))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Compare(&names[i%len(names)], &names[(i+1)%len(names)])
	}
}
