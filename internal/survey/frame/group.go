package frame

import (
	"fmt"

	"milieu/internal/org"
)

// sizes are the bands of employees that the United Kingdom and the European Union use for micro, small, medium and large firms.
var sizes = []struct {
	key, label string
	below      int
}{
	{"micro", "Micro: up to 9 employees", 10}, {"small", "Small: 10 to 49", 50}, {"medium", "Medium: 50 to 249", 250}, {"large", "Large: 250 and more", 1 << 62},
}

// sizeOf is the band of a number of employees; -1 is not known.
func sizeOf(employees int) string {
	if employees < 0 {
		return Unknown
	}
	for _, s := range sizes {
		if employees < s.below {
			return s.key
		}
	}
	return Unknown
}

// bands are the upper ends of the bands of distance in km.
var bands = []float64{2, 5, 10, 25}

// distanceOf is the band of a distance; -1 is not known.
func distanceOf(km float64) string {
	if km < 0 {
		return Unknown
	}
	from := 0.0
	for _, to := range bands {
		if km < to {
			return fmt.Sprintf("%g-%g", from, to)
		}
		from = to
	}
	return fmt.Sprintf("%g+", from)
}

// sizeCategories, and those below, are all categories of a grouping without Unknown, in their order.
func sizeCategories() []Category {
	var out []Category
	for _, s := range sizes {
		out = append(out, Category{s.key, s.label})
	}
	return out
}

func sectionCategories() []Category {
	var out []Category
	for _, s := range org.SICSections {
		out = append(out, Category{s.Letter, s.Label})
	}
	return out
}

func distanceCategories() []Category {
	var out []Category
	from := 0.0
	for _, to := range bands {
		out = append(out, Category{fmt.Sprintf("%g-%g", from, to), fmt.Sprintf("%g to %g km", from, to)})
		from = to
	}
	return append(out, Category{fmt.Sprintf("%g+", from), fmt.Sprintf("%g km and more", from)})
}

// group gives the frame its groupings with the categories that units are in. Groups that the query does not ask for are taken
// from the units.
func (f *Frame) group(areas []Category) {
	all := []Grouping{
		{Size, "Size", append(sizeCategories(), Category{Unknown, "Size not known"})},
		{Section, "Industry", append(sectionCategories(), Category{Unknown, "Industry not known"})},
		{Area, "Area", append(areas, Category{Unknown, "Area not known"})},
		{Distance, "Distance", append(distanceCategories(), Category{Unknown, "Distance not known"})},
	}
	for _, g := range all {
		if g.Key == Area && f.Query.Areas == "" || g.Key == Distance && f.Query.Anchor == "" {
			for _, u := range f.Units {
				delete(u.Groups, g.Key)
			}
			continue
		}
		n := f.Counts(g.Key)
		var held []Category
		for _, c := range g.Categories {
			if n[c.Key] > 0 {
				held = append(held, c)
			}
		}
		g.Categories = held
		f.Groupings = append(f.Groupings, g)
	}
}
