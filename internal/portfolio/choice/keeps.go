package choice

// Keeps is the share of a problem's listed draws in which a choice meets all rules. Nothing is searched.
// The error is Errors where the problem is wrong.
func Keeps(p Problem, ids []string) (float64, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	if len(p.Draws) == 0 {
		return 0, Errors{{Path: "draws", Message: "there are no draws"}}
	}
	d, err := newDrawer(p, DrawOptions{})
	if err != nil {
		return 0, err
	}
	kept := 0
	x := d.m.choice(append([]string{}, ids...))
	for i := range d.n {
		rows := d.rows
		if w := d.at(i); len(w.Costs) > 0 {
			rows = newModelAt(d.p, d.costs(w)).problem(nil)
		}
		if fits(rows, x) {
			kept++
		}
	}
	return float64(kept) / float64(d.n), nil
}
