package schedule

import "slices"

// window is the starts that a task can have when capacities are left aside.
type window struct {
	lo, hi []int
	// pushed and pulled are the links that set lo and hi, -1 where it is the task itself.
	pushed, pulled []int
}

// windows runs the two passes of the critical path method within a horizon.
func (p Problem) windows(horizon int) window {
	n := len(p.Tasks)
	index := p.index()
	w := window{make([]int, n), make([]int, n), make([]int, n), make([]int, n)}
	waits := make([][]int, n)
	in, out := make([][]int, n), make([][]int, n) // links by task
	for k, l := range p.Links {
		a, b := index[l.After], index[l.Before]
		waits[a] = append(waits[a], b)
		in[a], out[b] = append(in[a], k), append(out[b], k)
	}
	seq := order(waits)
	for _, i := range seq {
		t := p.Tasks[i]
		w.lo[i], w.pushed[i] = t.Earliest, -1
		if t.Fixed.Set {
			w.lo[i] = t.Fixed.At
		}
		for _, k := range in[i] {
			b := index[p.Links[k].Before]
			if at := w.lo[b] + p.Links[k].distance(p.Tasks[b]); at > w.lo[i] {
				w.lo[i], w.pushed[i] = at, k
			}
		}
	}
	slices.Reverse(seq)
	for _, i := range seq {
		t := p.Tasks[i]
		w.hi[i], w.pulled[i] = horizon-t.Duration, -1
		switch {
		case t.Fixed.Set:
			w.hi[i] = min(w.hi[i], t.Fixed.At)
		case t.Latest.Set:
			w.hi[i] = min(w.hi[i], t.Latest.At)
		}
		for _, k := range out[i] {
			a := index[p.Links[k].After]
			if at := w.hi[a] - p.Links[k].distance(t); at < w.hi[i] {
				w.hi[i], w.pulled[i] = at, k
			}
		}
	}
	return w
}

// impossible names the rules on a way from an earliest start to a latest one that
// leave a task no start, or nil. Every one of them is needed.
func (p Problem) impossible(w window) []string {
	index := p.index()
	bad := slices.IndexFunc(p.Tasks, func(t Task) bool { return w.lo[index[t.ID]] > w.hi[index[t.ID]] })
	if bad < 0 {
		return nil
	}
	var back []string
	i := bad
	for w.pushed[i] >= 0 {
		l := p.Links[w.pushed[i]]
		b := index[l.Before]
		back = append(back, p.linkName(l, p.Tasks[b], p.Tasks[i]))
		i = b
	}
	out := []string{p.earliestName(p.Tasks[i])}
	slices.Reverse(back)
	out = append(out, back...)
	for i = bad; w.pulled[i] >= 0; {
		l := p.Links[w.pulled[i]]
		a := index[l.After]
		out = append(out, p.linkName(l, p.Tasks[i], p.Tasks[a]))
		i = a
	}
	return unique(append(out, p.latestName(p.Tasks[i])))
}

// unique keeps the first of equal texts.
func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Float is how a task can move without moving the end of the whole, capacities left
// aside.
type Float struct {
	Earliest, Latest int  // starts
	Slack            int  // Latest less the start: how much later it can begin
	Free             int  // how much later it can begin without any other task having to move
	Critical         bool // Slack is 0
}

// Critical is the slack of each task at given starts, or at the earliest ones where
// starts is nil. The whole may end no later than it does with these starts. A task
// that begins later than its links and bounds allow has a negative slack.
func Critical(p Problem, starts []int) ([]Float, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if starts == nil {
		starts = p.windows(p.Horizon).lo
	}
	if err := p.sameLength(starts); err != nil {
		return nil, err
	}
	w := p.windows(p.end(starts))
	index := p.index()
	out := make([]Float, len(p.Tasks))
	for i, t := range p.Tasks {
		f := Float{Earliest: w.lo[i], Latest: w.hi[i], Slack: w.hi[i] - starts[i]}
		f.Free = p.end(starts) - starts[i] - t.Duration
		for _, l := range p.Links {
			if l.Before == t.ID {
				f.Free = min(f.Free, starts[index[l.After]]-starts[i]-l.distance(t))
			}
		}
		f.Free = min(f.Free, f.Slack)
		f.Critical = f.Slack == 0
		out[i] = f
	}
	return out, nil
}

// end is the period in which nothing runs any more.
func (p Problem) end(starts []int) int {
	end := 0
	for i, t := range p.Tasks {
		end = max(end, starts[i]+t.Duration)
	}
	return end
}
