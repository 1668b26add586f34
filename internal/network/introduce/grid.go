package introduce

import "math"

// grid finds the neighbours of a place in cells of about two kilometres.
type grid struct {
	cells map[[2]int32][]int32
}

const (
	cellLat   = 0.02
	mostCells = 40 // neighbours returned
)

func cellOf(o *Org) [2]int32 {
	// a degree of longitude shrinks with the latitude; cells are as wide as high
	// to within the rows of one degree
	width := cellLat / max(0.1, math.Cos(math.Floor(o.Lat)*math.Pi/180))
	return [2]int32{int32(math.Floor(o.Lat / cellLat)), int32(math.Floor(o.Lon / width))}
}

func newGrid(orgs []Org, allowed []bool) *grid {
	g := &grid{cells: map[[2]int32][]int32{}}
	for v := range orgs {
		if allowed[v] && orgs[v].Placed {
			c := cellOf(&orgs[v])
			g.cells[c] = append(g.cells[c], int32(v))
		}
	}
	return g
}

// near is some organisations in the cell of a place and those around it, the
// cell's own first. In a crowded cell they are taken at even steps, so that the
// choice does not hang on their names.
func (g *grid) near(o Org) []int32 {
	if !o.Placed {
		return nil
	}
	var out []int32
	c := cellOf(&o)
	for _, d := range [...][2]int32{{0, 0}, {0, -1}, {0, 1}, {-1, 0}, {1, 0}, {-1, -1}, {-1, 1}, {1, -1}, {1, 1}} {
		cell := g.cells[[2]int32{c[0] + d[0], c[1] + d[1]}]
		room := mostCells - len(out)
		if len(cell) <= room {
			out = append(out, cell...)
			continue
		}
		for i := range room {
			out = append(out, cell[i*len(cell)/room])
		}
		return out
	}
	return out
}
