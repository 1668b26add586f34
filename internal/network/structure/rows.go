package structure

import (
	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/geo"
	"milieu/internal/network"
	"milieu/internal/org"
)

// Ways to part organisations into rows.
const (
	ByArea   = "area"
	BySector = "sector"
	ByRole   = "role"
)

// SectorRows are the sectors that hold somebody; an organisation may be in several.
func SectorRows(b *network.Book) []Row {
	var out []Row
	for i, s := range b.Sectors() {
		out = append(out, Row{Key: s.ID, Label: s.Name, Orgs: pickOrgs(b, func(n *network.Node) bool { return n.Sectors>>i&1 == 1 })})
	}
	return held(out)
}

// RoleRows are the main roles that hold somebody.
func RoleRows(b *network.Book) []Row {
	var out []Row
	for _, role := range org.Roles {
		out = append(out, Row{Key: role.Key, Label: role.Label, Orgs: pickOrgs(b, func(n *network.Node) bool { return n.Role == role.Key })})
	}
	return held(out)
}

// AreaRow holds the organisations with a position in a shape.
func AreaRow(b *network.Book, ref, label string, shape geom.Geometry) Row {
	in := geo.NewLocator([]geom.Geometry{shape})
	return Row{Key: ref, Label: label, Orgs: pickOrgs(b, func(n *network.Node) bool {
		var few [1]int32
		return n.Placed && len(in.LocateInto(few[:0], n.Lon, n.Lat)) > 0
	})}
}

func pickOrgs(b *network.Book, keep func(*network.Node) bool) []int32 {
	var out []int32
	for v := range b.Len() {
		if keep(b.Node(v)) {
			out = append(out, int32(v))
		}
	}
	return out
}

// held drops rows that hold nobody.
func held(rows []Row) []Row {
	out := rows[:0]
	for _, r := range rows {
		if len(r.Orgs) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// Grouping puts each organisation of the book into one row: of several the smallest, which says most; -1 where none holds it.
func Grouping(b *network.Book, rows []Row) []int {
	out := make([]int, b.Len())
	for v := range out {
		out[v] = -1
	}
	for i, r := range rows {
		for _, o := range r.Orgs {
			if out[o] < 0 || len(r.Orgs) < len(rows[out[o]].Orgs) {
				out[o] = i
			}
		}
	}
	return out
}
