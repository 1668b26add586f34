package frame

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// units makes firms of a size and a section, n of each.
func units(n map[[2]string]int) []Unit {
	var out []Unit
	for _, size := range []string{"micro", "small", "medium", "large", Unknown} {
		for _, section := range []string{"C", "G", "M", Unknown} {
			for range n[[2]string{size, section}] {
				out = append(out, Unit{OrgID: fmt.Sprintf("%05d", len(out)), Groups: map[string]string{Size: size, Section: section}})
			}
		}
	}
	return out
}

func strata(t *testing.T, ask Query, n map[[2]string]int) Frame {
	t.Helper()
	f := Frame{Query: ask, Units: units(n)}
	f.group(nil)
	if err := f.stratify(); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestStratify(t *testing.T) {
	n := map[[2]string]int{{"micro", "C"}: 40, {"micro", "G"}: 3, {"small", "C"}: 12, {"small", "G"}: 4, {"large", "C"}: 2, {"large", "M"}: 1}
	for _, c := range []struct {
		name string
		ask  Query
		want []Stratum
	}{
		{"none", Query{}, []Stratum{{"all", "All firms", 62}}},
		{"one", Query{Strata: []string{Size}}, []Stratum{{"micro", "Micro", 43}, {"small", "Small", 16}, {"large", "Large", 3}}},
		{"small ones go to the next", Query{Strata: []string{Size}, Least: 10}, []Stratum{{"micro", "Micro", 43}, {"small+1", "Small to large", 19}}},
		{"two", Query{Strata: []string{Size, Section}, Least: 10}, []Stratum{
			// Each small one joined the one that it differs from least: in the industry before the size.
			{"micro.C+1", "Micro · Manufacturing + Wholesale and retail", 43}, {"small.C+3", "Small · Manufacturing; Small · Wholesale and retail; Large · Manufacturing; and 1 more", 19}}},
		{"all in one", Query{Strata: []string{Size}, Least: 100}, []Stratum{{"micro+2", "Micro to large", 62}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := strata(t, c.ask, n)
			if d := cmp.Diff(c.want, f.Strata); d != "" {
				t.Error(d)
			}
			// Every unit is in a stratum that is there, and the counts are those of the units.
			got := map[string]int{}
			for _, u := range f.Units {
				got[u.Stratum]++
			}
			if d := cmp.Diff(f.ByStratum(), got); d != "" {
				t.Error(d)
			}
			if c.ask.Least > 0 && len(f.Strata) > 1 && len(f.Small(c.ask.Least)) > 0 {
				t.Errorf("small strata %v are left", f.Small(c.ask.Least))
			}
		})
	}
}

// Neighbours are named by their ends; what is between and missing is not passed over in silence.
func TestSpan(t *testing.T) {
	g := Grouping{Key: Distance, Categories: append(distanceCategories(), Category{Unknown, "Distance not known"})}
	for _, c := range []struct {
		at   []int
		want string
	}{{[]int{0, 1}, "0 to 5 km"}, {[]int{1, 2, 3, 4}, "2 km and more"}, {[]int{0, 2}, "0 to 2 km + 5 to 10 km"}, {[]int{4, 5}, "25 km and more + Distance not known"}, {[]int{3}, "10 to 25 km"}} {
		if got := names(g, c.at); got != c.want {
			t.Errorf("%v: %q, want %q", c.at, got, c.want)
		}
	}
}

// More strata than can be handled are refused, before small ones are put together and after.
func TestStratify_tooMany(t *testing.T) {
	of := func(n, least int) error {
		f := Frame{Query: Query{Strata: []string{Area}, Areas: "x", Least: least}}
		var areas []Category
		for i := range n {
			key := fmt.Sprintf("a%04d", i)
			areas = append(areas, Category{key, key})
			f.Units = append(f.Units, Unit{Groups: map[string]string{Area: key}})
		}
		f.group(areas)
		return f.stratify()
	}
	for _, c := range []struct {
		n, least int
		taken    bool
	}{{mostStrata, 0, true}, {mostStrata + 1, 0, false}, {mostStrata + 1, 2, true}, {mostCombined, 10, true}, {mostCombined + 1, 10, false}} {
		if err := of(c.n, c.least); (err == nil) != c.taken {
			t.Errorf("%d combinations with at least %d: %v", c.n, c.least, err)
		}
	}
}
