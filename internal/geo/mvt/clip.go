package mvt

// clipSegment cuts a segment to the buffered tile (Liang and Barsky, 1984). An end that is inside
// comes back exactly as it was.
func clipSegment(a, b xy) (xy, xy, bool) {
	dx, dy := b.x-a.x, b.y-a.y
	t0, t1 := 0.0, 1.0
	for _, side := range [4][2]float64{{-dx, a.x - low}, {dx, high - a.x}, {-dy, a.y - low}, {dy, high - a.y}} {
		p, q := side[0], side[1]
		switch {
		case p == 0 && q < 0:
			return a, b, false
		case p < 0:
			t0 = max(t0, q/p)
		case p > 0:
			t1 = min(t1, q/p)
		}
	}
	if t0 > t1 {
		return a, b, false
	}
	from, to := a, b
	if t0 > 0 {
		from = xy{a.x + t0*dx, a.y + t0*dy}
	}
	if t1 < 1 {
		to = xy{a.x + t1*dx, a.y + t1*dy}
	}
	return from, to, true
}

// clipRing cuts a closed ring to the buffered tile, one side after another (Sutherland and
// Hodgman, 1974). A ring that leaves and comes back is joined along the border, which lies in the
// buffer and is not seen.
func clipRing(ring []xy) []xy {
	for side := range 4 {
		ring = clipSide(ring, side)
		if len(ring) == 0 {
			return nil
		}
	}
	return ring
}

// clipSide keeps what is on the inner side of the left, right, top or bottom border.
func clipSide(ring []xy, side int) []xy {
	inside := true
	for _, p := range ring {
		inside = inside && beyond(p, side) >= 0
	}
	if inside {
		return ring
	}
	out := make([]xy, 0, len(ring)+4)
	prev := ring[len(ring)-1]
	was := beyond(prev, side)
	for _, p := range ring {
		is := beyond(p, side)
		if (was < 0) != (is < 0) {
			out = append(out, cut(prev, p, was/(was-is), side))
		}
		if is >= 0 {
			out = append(out, p)
		}
		prev, was = p, is
	}
	return out
}

// beyond is how far a point lies on the inner side of a border.
func beyond(p xy, side int) float64 {
	switch side {
	case 0:
		return p.x - low
	case 1:
		return high - p.x
	case 2:
		return p.y - low
	default:
		return high - p.y
	}
}

// cut is the point at part t of the way from a to b, exactly on the border.
func cut(a, b xy, t float64, side int) xy {
	p := xy{a.x + t*(b.x-a.x), a.y + t*(b.y-a.y)}
	switch side {
	case 0:
		p.x = low
	case 1:
		p.x = high
	case 2:
		p.y = low
	default:
		p.y = high
	}
	return p
}
