package chart

// box is a rectangle that a mark or a name takes.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) meets(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }

// mustName is how many names, the first that come, may lie over a mark rather than be left out.
const mustName = 10

// placer gives each name the first free place beside its mark: right, left, above, below, then the corners.
// Names come in order of importance; one that fits nowhere is left out, and the table still has it.
type placer struct {
	area  box
	marks []box
	names []box
}

// place finds room for a text of a size beside a mark of radius r. It gives the point at the start of the base line.
func (p *placer) place(x, y, r, size float64, text string) (tx, ty float64, ok bool) {
	w, up, down := wide(text, size), size*0.8, size*0.3
	gap := r + 4
	places := [...][2]float64{
		{x + gap, y + size*0.35}, {x - gap - w, y + size*0.35}, {x - w/2, y - gap}, {x - w/2, y + gap + up},
		{x + gap*0.8, y - gap*0.8}, {x + gap*0.8, y + gap*0.8 + up}, {x - gap*0.8 - w, y - gap*0.8}, {x - gap*0.8 - w, y + gap*0.8 + up},
	}
	for _, others := range [][]box{p.marks, nil} {
		for _, at := range places {
			b := box{at[0], at[1] - up, at[0] + w, at[1] + down}
			if b.x0 < p.area.x0 || b.y0 < p.area.y0 || b.x1 > p.area.x1 || b.y1 > p.area.y1 || hit(b, p.names) || hit(b, others) {
				continue
			}
			p.names = append(p.names, b)
			return at[0], at[1], true
		}
		if len(p.names) >= mustName {
			break
		}
	}
	return 0, 0, false
}

func hit(b box, others []box) bool {
	for _, o := range others {
		if b.meets(o) {
			return true
		}
	}
	return false
}

// halo is drawn around names, so that they stay readable over lines.
func halo() string {
	return ` stroke="` + paint("card") + `" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`
}
