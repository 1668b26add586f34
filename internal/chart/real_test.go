package chart

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"milieu/internal/geo"
)

// districts reads the United Kingdom's local authority districts, which are not part of the repository, with made-up
// values.
func districts(t testing.TB) []MapArea {
	t.Helper()
	dir := os.Getenv("MILIEU_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "boundaries", "geogALL2022UK.topojson"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("real data is absent: set MILIEU_TESTDATA")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	features, _, err := geo.ReadTopoJSON(f, "LTLA", geo.Options{AreasOnly: true, Repair: true})
	if err != nil {
		t.Fatal(err)
	}
	var out []MapArea
	for i, f := range features {
		out = append(out, MapArea{ID: f.Properties["id"], Label: "District " + Number(float64(i), 0), Geometry: f.Geometry, Value: math.Exp(math.Mod(float64(i)*math.Phi, 3)), Few: i%29 == 0})
	}
	return out
}

func nation(t testing.TB) MapSpec {
	areas := districts(t)
	var values []float64
	for _, a := range areas {
		values = append(values, a.Value)
	}
	return MapSpec{Title: "Made-up values by district", Name: "District", Unit: "Firms per km²", Decimals: 1, Areas: areas, Classes: NaturalBreaks(values, 5)}
}

// A national map must not make a page heavy: the first page has 100 KB.
func TestMap_nationSize(t *testing.T) {
	c := Map(nation(t))
	if err := sound(c); err != nil {
		t.Error(err)
	}
	if n := len(c.SVG); n > 60<<10 {
		t.Errorf("374 districts take %d bytes, allowed are %d", n, 60<<10)
	}
	if file := os.Getenv("MILIEU_MAP_SVG"); file != "" { // to look at it
		if err := os.WriteFile(file, []byte(c.SVG), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkMap_nation(b *testing.B) {
	sp := nation(b)
	for b.Loop() {
		Map(sp)
	}
}
