package main

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
	"time"
)

// generate returns both files in memory.
func generate(t *testing.T, rows int, seed uint64) (postcodes, register []byte) {
	t.Helper()
	var p, c bytes.Buffer
	codes, err := writePostcodes(&p, 20000, seed)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeRegister(&c, rows, seed, codes); err != nil {
		t.Fatal(err)
	}
	return p.Bytes(), c.Bytes()
}

func TestGenerate_deterministic(t *testing.T) {
	p1, c1 := generate(t, 500, 7)
	p2, c2 := generate(t, 500, 7)
	if !bytes.Equal(p1, p2) || !bytes.Equal(c1, c2) {
		t.Error("the same seed gave different bytes")
	}
	if _, c3 := generate(t, 500, 8); bytes.Equal(c1, c3) {
		t.Error("another seed gave the same bytes")
	}
}

func TestRegister_layout(t *testing.T) {
	const rows = 20000
	p, c := generate(t, rows, 1)
	known := map[string]bool{}
	for line := range strings.Lines(string(p)) {
		code, _, _ := strings.Cut(line, ",")
		if known[code] {
			t.Fatalf("postcode %s twice", code)
		}
		known[code] = true
	}
	all, err := csv.NewReader(bytes.NewReader(c)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != rows+1 || len(all[0]) != 55 {
		t.Fatalf("%d rows of %d columns, want %d of 55", len(all), len(all[0]), rows+1)
	}
	number := regexp.MustCompile(`^([A-Z]{2}\d{6}|\d{8})$`)
	seen := map[string]bool{}
	found := 0
	for _, row := range all[1:] {
		if row[0] == "" || !number.MatchString(row[1]) || seen[row[1]] {
			t.Fatalf("name %q, number %q (seen %v)", row[0], row[1], seen[row[1]])
		}
		seen[row[1]] = true
		if known[row[9]] {
			found++
		}
		for _, i := range []int{14, 17, 18, 20, 21, 33, 53, 54} {
			if _, err := time.Parse("02/01/2006", row[i]); row[i] != "" && err != nil {
				t.Fatalf("column %d: %v", i, err)
			}
		}
	}
	if share := float64(found) / rows; share < 0.94 || share > 0.96 {
		t.Errorf("%.3f of the postcodes are in the directory, want 0.95", share)
	}
}

// TestPlace: company numbers grow strictly with the rank at the full size, so that no two are equal.
func TestPlace(t *testing.T) {
	last := 0
	for i := range fullRows {
		n, d := place((float64(i) + 0.5) / fullRows)
		if n <= last || d < 0 || d > asOf {
			t.Fatalf("rank %d: number %d after %d, day %d", i, n, last, d)
		}
		last = n
	}
	if last > 16820000 {
		t.Errorf("last number %d is beyond the newest", last)
	}
}
