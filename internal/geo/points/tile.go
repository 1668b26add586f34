package points

import (
	"encoding/binary"
	"fmt"

	"milieu/internal/geo/morton"
	"milieu/internal/geo/proj"
)

const (
	// MaxZoom is the deepest zoom level of a tile.
	MaxZoom = 22
	// GridSide is how many cells of a crowded tile lie along each side.
	GridSide = 64
	// DocsPerPlace is how many document numbers a [Place] brings; [Index.InBounds] has the rest.
	DocsPerPlace = 16

	gridDepth = 6 // 2^6 = GridSide
)

// Result is what a tile shows: places when there are few enough, cells otherwise.
type Result struct {
	Total  int     // points in the tile that pass the filter
	Places []Place // by Morton order
	Cells  []Cell  // by Morton order; without the empty ones
}

// Place is one position with all the points that pass the filter there.
type Place struct {
	Lon, Lat float64
	Count    int
	Docs     []uint32 // the lowest document numbers, at most DocsPerPlace
	// Class and Group are the most frequent ones here; the lowest of equals.
	Class, Group uint8
	Flags        uint16 // those that all points here have
}

// Cell is a square of a crowded tile, a 64th of its side.
type Cell struct {
	X, Y     int // from the tile's north-west corner, 0 to GridSide-1
	Count    int
	Lon, Lat float64 // mean position of the points, to a thousandth of the cell
	// Class and Group are the most frequent ones, and how many points have them; the lowest
	// of equals.
	Class, Group           uint8
	ClassCount, GroupCount int
}

// Tile returns what the points that pass the filter make of a Web Mercator tile: single places
// when there are at most maxPlaces of them, and else a grid of cells. A place counts once however
// many points it has. A tile that does not exist is an error.
func (x *Index) Tile(z, tileX, tileY int, f Filter, maxPlaces int) (Result, error) {
	if z < 0 || z > MaxZoom || tileX < 0 || tileY < 0 || tileX >= 1<<z || tileY >= 1<<z {
		return Result{}, fmt.Errorf("tile %d/%d/%d does not exist; zoom is 0 to %d, x and y are 0 to 2^zoom-1", z, tileX, tileY, MaxZoom)
	}
	prefix := morton.Spread(uint32(tileX)) | morton.Spread(uint32(tileY))<<1
	from, to := x.keys.Run(prefix, z, 0, x.n)
	p := f.ready()
	if places, total, ok := x.places(from, to, &p, maxPlaces); ok {
		return Result{Total: total, Places: places}, nil
	}
	return x.grid(z, from, to, &p), nil
}

// places gathers single places, and gives up as soon as there are too many.
func (x *Index) places(from, to int, p *pass, limit int) ([]Place, int, bool) {
	var out []Place
	var class, group histogram
	total := 0
	var last uint64
	for i := from; i < to; i++ {
		m := x.meta(i)
		if !p.ok(m) {
			continue
		}
		key := x.keys.At(i)
		if len(out) == 0 || key != last {
			if len(out) >= limit {
				return nil, 0, false
			}
			finishPlace(out, &class, &group)
			lon, lat := position(key)
			out = append(out, Place{Lon: lon, Lat: lat, Flags: m.flags()})
			last = key
		}
		total++
		place := &out[len(out)-1]
		place.Count++
		place.Flags &= m.flags()
		if len(place.Docs) < DocsPerPlace {
			place.Docs = append(place.Docs, x.doc(i))
		}
		class[m&63]++
		group[m>>8&63]++
	}
	finishPlace(out, &class, &group)
	return out, total, true
}

func finishPlace(places []Place, class, group *histogram) {
	if n := len(places); n > 0 {
		places[n-1].Class, _ = class.top()
		places[n-1].Group, _ = group.top()
		*class, *group = histogram{}, histogram{}
	}
}

type histogram [MaxClass + 1]uint32

func (h *histogram) top() (which uint8, count int) {
	for i, n := range h {
		if int(n) > count {
			which, count = uint8(i), int(n)
		}
	}
	return which, count
}

// grid sums up each cell. The cells are runs of the curve as well, so each is one plain loop.
func (x *Index) grid(z, from, to int, p *pass) Result {
	depth := z + gridDepth
	shift := 64 - 2*depth
	var r Result
	for i := from; i < to; {
		prefix := x.keys.At(i) >> shift
		end := to
		if next := (prefix + 1) << shift; next != 0 {
			end = max(i+1, x.keys.Lower(i, to, next))
		}
		if c, ok := x.cell(prefix, depth, i, end, p); ok {
			r.Total += c.Count
			r.Cells = append(r.Cells, c)
		}
		i = end
	}
	return r
}

// Inside a cell positions are summed at 10 bits an axis. fine[v] has the five bits of x in its
// low half and the five of y in its high half, for ten bits of a key.
const fineBits = 10

var fine = func() (t [1 << fineBits]uint64) {
	for v := range t {
		t[v] = uint64(morton.Gather(uint64(v))) | uint64(morton.Gather(uint64(v)>>1))<<32
	}
	return t
}()

// cell sums up points i to end, which all lie in the cell of that prefix.
func (x *Index) cell(prefix uint64, depth, i, end int, p *pass) (Cell, bool) {
	// Twenty bits of the key below the prefix; the deepest cells have fewer, and then the
	// missing ones are noughts.
	bits := 64 - 2*depth
	var class, group histogram
	var sumX, sumY uint64
	count := 0
	for i < end {
		// Both sums share one word for speed; 2^22 points of at most 1023 fit into half of it.
		stop := min(end, i+1<<22)
		sum, n := x.sums(i, stop, bits, p, &class, &group)
		sumX, sumY, count = sumX+sum&0xffffffff, sumY+sum>>32, count+n
		i = stop
	}
	if count == 0 {
		return Cell{}, false
	}
	c := Cell{Count: count}
	c.Class, c.ClassCount = class.top()
	c.Group, c.GroupCount = group.top()
	cx, cy := morton.Gather(prefix), morton.Gather(prefix>>1)
	c.X, c.Y = int(cx)%GridSide, int(cy)%GridSide
	// Half a step puts the mean in the middle of the squares it was summed over.
	step := 1.0 / (1 << fineBits)
	mx := (float64(sumX)/float64(count) + 0.5) * step
	my := (float64(sumY)/float64(count) + 0.5) * step
	world := float64(uint64(1) << depth)
	c.Lon, c.Lat = proj.FromMercator((float64(cx)+mx)/world, (float64(cy)+my)/world)
	return c, true
}

// sums adds up the fine positions of the points that pass, x in the low and y in the high half,
// and counts them by class and group. It is the one loop that a whole country goes through: a
// filter's outcome is as good as random, so it is a factor of nought or one and not a branch.
func (x *Index) sums(i, end, bits int, p *pass, class, group *histogram) (sum uint64, n int) {
	right, left := uint(max(bits-2*fineBits, 0)), uint(max(2*fineBits-bits, 0))
	keys, metas := x.keys[8*i:8*end], x.metas[4*i:4*end]
	q := *p
	var passed uint64
	for len(keys) >= 8 && len(metas) >= 4 {
		m := meta(binary.LittleEndian.Uint32(metas))
		key := binary.LittleEndian.Uint64(keys) >> (right & 63) << (left & 63)
		keys, metas = keys[8:], metas[4:]
		one := q.bit(m)
		class[m&63] += uint32(one)
		group[m>>8&63] += uint32(one)
		passed += one
		sum += (fine[key>>fineBits&(1<<fineBits-1)]<<(fineBits/2) + fine[key&(1<<fineBits-1)]) & -one
	}
	return sum, int(passed)
}
