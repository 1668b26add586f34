package profile

import (
	"slices"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo/proj"
	"milieu/internal/geo/tally"
)

// Filter chooses sites. Of Sector, Section and Industry at most one should be set.
type Filter struct {
	Question Question
	Shape    geom.Geometry // in degrees; empty: the whole release
	Sector   string        // id
	Section  string        // letter
	Industry string        // code
}

// Site is a site that counts.
type Site struct {
	Lon, Lat  float64 // degrees
	E, N      float64 // British National Grid, metres
	Doc       uint32  // organisation.doc
	Employees int32   // -1: not known, or not its organisation's first site
	Founded   uint16  // year, 0 where it is not known
}

// Sites are the sites that pass a filter, in the order of a space-filling curve. An organisation
// with several has several.
func (b *Book) Sites(f Filter) []Site {
	runs := b.index.All()
	if !f.Shape.IsEmpty() {
		runs = b.index.Within(f.Shape)
	}
	pass := b.passes(f)
	var out []Site
	b.index.Each(runs, f.Question.filled().rule(), func(_ int, s tally.Site, first bool) {
		if pass(s) {
			out = append(out, siteOf(s, first))
		}
	})
	return out
}

// Largest are the organisations of a shape with most employees known at their first site there, at most most
// of them, and then by the release's order of importance; one site for each.
func (b *Book) Largest(shape geom.Geometry, q Question, most int) []Site {
	rule := q.filled().rule()
	var out []Site
	for _, i := range b.index.Foremost(b.index.Within(shape), rule, most) {
		b.index.Each([]tally.Run{{From: i, To: i + 1}}, rule, func(_ int, s tally.Site, first bool) { out = append(out, siteOf(s, first)) })
	}
	return out
}

func siteOf(s tally.Site, first bool) Site {
	site := Site{Lon: s.Lon, Lat: s.Lat, Doc: s.Doc, Employees: tally.Unknown, Founded: s.Founded}
	if first {
		site.Employees = s.Employees
	}
	site.E, site.N = proj.ToGrid(s.Lon, s.Lat)
	return site
}

// passes is the filter's condition on the industry.
func (b *Book) passes(f Filter) func(tally.Site) bool {
	switch {
	case f.Sector != "":
		bit := slices.IndexFunc(b.sectors, func(n Named) bool { return n.Code == f.Sector })
		return func(s tally.Site) bool { return bit >= 0 && s.Sectors>>bit&1 == 1 }
	case f.Section != "" || f.Industry != "":
		in := make([]bool, len(b.industries))
		for n, i := range b.industries {
			in[n] = n > 0 && (f.Section == "" || i.section == f.Section) && (f.Industry == "" || i.Code == f.Industry)
		}
		return func(s tally.Site) bool { return int(s.Industry) < len(in) && in[s.Industry] }
	}
	return func(tally.Site) bool { return true }
}

// Points makes of sites one point a position, weighted by the organisations there; coordinates are grid
// metres. Sites of one position stand together in the order of [Book.Sites].
func Points(sites []Site) (x, y, weight []float64) {
	for i := 0; i < len(sites); {
		docs := map[uint32]bool{}
		j := i
		for ; j < len(sites) && sites[j].Lon == sites[i].Lon && sites[j].Lat == sites[i].Lat; j++ {
			docs[sites[j].Doc] = true
		}
		x, y, weight = append(x, sites[i].E), append(y, sites[i].N), append(weight, float64(len(docs)))
		i = j
	}
	return x, y, weight
}
