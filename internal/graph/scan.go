package graph

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// ScanOptions steer ScanResolution. The zero value scans from 0.1 to 50 in steps of a tenth of a decade.
type ScanOptions struct {
	// Low and High bound the resolutions; 0 means 0.1 and 10^1.7.
	Low, High float64
	// Steps is the number of resolutions, evenly spaced in their logarithms; 0 means ten a decade.
	Steps int
	// Runs is the number of runs at each resolution, each from a start of its own; 0 means 10 on a small graph, falling
	// to 4 on a large one.
	Runs     int
	Seed     uint64
	Weighted bool
	// Tolerance is the normalised variation of information up to which two partitions count as the same; 0 means 0.01.
	Tolerance float64
}

// ScanStep is what was found at one resolution.
type ScanStep struct {
	Resolution float64
	// Best is the partition of the highest quality at this resolution, of all that the whole scan found; Groups is its
	// number of communities, Quality its value here and Modularity that at resolution 1.
	Best       []int
	Groups     int
	Modularity float64
	Quality    float64
	// AMI, NMI, VI and NVI are means over the pairs of runs at this resolution: how much the communities depend on
	// where the search began. With one run they say that all agree.
	AMI, NMI, VI, NVI float64
	// Plateau is the place of the step's plateau in Scan.Plateaus.
	Plateau int
}

// Plateau is a range of resolutions over which the best partition stays the same.
type Plateau struct {
	// First and Last are steps, Low and High their resolutions, Length is ln(High/Low), 0 for a single step.
	First, Last       int
	Low, High, Length float64
	// Groups is the number of communities in the middle, NVI the mean over the steps of how much runs differ.
	Groups int
	NVI    float64
	// Trivial says that the communities are the components, or that more than half of the nodes are alone: every graph
	// has those plateaus.
	Trivial bool
}

// Scan is the communities of a graph over a range of resolutions.
type Scan struct {
	Steps    []ScanStep
	Plateaus []Plateau
	// Best is the longest plateau of three steps or more that is not trivial and whose runs agree (NVI up to 0.1). It is −1
	// when there is none: then the graph has no resolution of its own, and any choice is the reader's.
	Best int
}

// ScanResolution looks for communities at many resolutions. Modularity at resolution 1 cannot see groups below a size
// that grows with the graph (Fortunato & Barthélemy, PNAS 104 (2007)); what lasts over a long range of resolutions and
// is found again from other starts is there in its own right (Lambiotte, "Multi-scale modularity and dynamics in
// complex networks", 2013). Each partition's quality is linear in the resolution, so that all partitions found compete
// at every step (Weir, Emmons, Wakefield, Hopkins & Mucha, "Post-processing partitions to identify domains of
// modularity optimization", Algorithms 10 (2017)). The result depends only on the graph and the options. It fails on
// options that make no range and when ctx ends.
func ScanResolution(ctx context.Context, g *Graph, o ScanOptions) (Scan, error) {
	base := newLevel(g, o.Weighted)
	gammas, err := o.fill(base.len() + len(base.heads))
	if err != nil {
		return Scan{}, err
	}
	runs, err := scanRuns(ctx, base, gammas, o)
	if err != nil {
		return Scan{}, fmt.Errorf("graph: scan of %d resolutions of %d nodes stopped: %w", len(gammas), g.Len(), err)
	}
	lines := make([]line, 0, len(runs)*o.Runs)
	for _, step := range runs {
		for _, of := range step {
			lines = append(lines, base.line(of))
		}
	}
	s := Scan{Steps: make([]ScanStep, len(gammas)), Best: -1}
	err = sideBySide(len(gammas), func(i int) error {
		s.Steps[i] = scanStep(gammas[i], runs[i][:o.Runs], lines)
		return ctx.Err()
	})
	if err != nil {
		return Scan{}, fmt.Errorf("graph: scan of %d nodes stopped: %w", g.Len(), err)
	}
	s.plateaus(g, o.Tolerance)
	return s, nil
}

// fill sets what was left open and returns the resolutions.
func (o *ScanOptions) fill(work int) ([]float64, error) {
	if o.Low == 0 {
		o.Low = 0.1
	}
	if o.High == 0 {
		o.High = math.Pow(10, 1.7)
	}
	if !(o.Low > 0) || !(o.High >= o.Low) || math.IsInf(o.High, 1) || o.Steps < 0 || o.Runs < 0 {
		return nil, fmt.Errorf("graph: scan from %v to %v in %d steps of %d runs: give a range above 0, upwards, and numbers from 0", o.Low, o.High, o.Steps, o.Runs)
	}
	if o.Steps == 0 {
		o.Steps = 1 + int(math.Round(10*math.Log10(o.High/o.Low)))
	}
	if o.Runs == 0 {
		o.Runs = max(4, min(10, 10*smallWork/(work+1)))
	}
	if o.Tolerance == 0 {
		o.Tolerance = 0.01
	}
	low, high := math.Log10(o.Low), math.Log10(o.High)
	gammas := make([]float64, o.Steps)
	for i := range gammas {
		// Ten digits: whole tenths of a decade are met, 1 is 1, and the last bit of a processor's logarithm is not seen.
		x := low + float64(float64(high-low)*float64(i))/float64(max(1, o.Steps-1))
		gammas[i] = digits(math.Pow(10, digits(x, 10)), 10)
	}
	return gammas, nil
}

// digits rounds to a number of significant digits.
func digits(x float64, n int) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', n-1, 64), 64)
	if err != nil {
		return x
	}
	return rounded
}

// scanRuns makes the runs of each resolution, and after them what pairs of them lead to where the graph is small.
func scanRuns(ctx context.Context, base *level, gammas []float64, o ScanOptions) ([][][]int32, error) {
	runs := make([][][]int32, len(gammas))
	for i := range runs {
		runs[i] = make([][]int32, o.Runs)
	}
	small := base.len()+len(base.heads) <= smallWork
	err := sideBySide(len(gammas)*o.Runs, func(k int) error {
		i, run := k/o.Runs, k%o.Runs
		l := LeidenOptions{Resolution: gammas[i], Iterations: 2}
		if small {
			l.Iterations = 0
		}
		s := newLeiden(ctx, base, l.Resolution, o.Seed, uint64(run))
		f, err := s.converge(base, identity(base.len()), l)
		runs[i][run] = f.of
		return err
	})
	if err != nil || !small || o.Runs < 2 {
		return runs, err
	}
	more := make([][]int32, len(gammas)*(o.Runs-1))
	err = sideBySide(len(more), func(k int) error {
		i, run := k/(o.Runs-1), k%(o.Runs-1)
		s := newLeiden(ctx, base, gammas[i], o.Seed, uint64(o.Runs+run))
		f, err := s.combine(base, runs[i][run], runs[i][run+1], LeidenOptions{Resolution: gammas[i]})
		more[k] = f.of
		return err
	})
	for k, of := range more {
		runs[k/(o.Runs-1)] = append(runs[k/(o.Runs-1)], of)
	}
	return runs, err
}

// line is the quality of a partition as a function of the resolution: inside − γ·null.
type line struct {
	of           []int32
	inside, null float64
}

func (l *level) line(of []int32) line {
	inside := l.quality(of, 0)
	return line{of, inside, inside - l.quality(of, 1)}
}

func (l line) at(gamma float64) float64 { return l.inside - float64(gamma*l.null) }

// scanStep picks the best partition for a resolution and compares the runs that were made there.
func scanStep(gamma float64, runs [][]int32, lines []line) ScanStep {
	best := 0
	for k, l := range lines {
		if l.at(gamma) > lines[best].at(gamma)+enough {
			best = k
		}
	}
	step := ScanStep{Resolution: gamma, Quality: lines[best].at(gamma), Modularity: lines[best].at(1), AMI: 1, NMI: 1}
	step.Best, step.Groups = Renumber(widen(lines[best].of))
	labels, sizes := make([][]int, len(runs)), make([]int, len(runs))
	for r, of := range runs {
		labels[r], sizes[r] = Renumber(widen(of))
	}
	pairs := 0.0
	var sum Agreement
	for i := range runs {
		for j := range i {
			a := newTable(labels[j], sizes[j], labels[i], sizes[i]).agreement()
			sum.AMI, sum.NMI, sum.VI, sum.NVI = sum.AMI+a.AMI, sum.NMI+a.NMI, sum.VI+a.VI, sum.NVI+a.NVI
			pairs++
		}
	}
	if pairs > 0 {
		step.AMI, step.NMI, step.VI, step.NVI = sum.AMI/pairs, sum.NMI/pairs, sum.VI/pairs, sum.NVI/pairs
	}
	return step
}

func widen(of []int32) []int {
	wide := make([]int, len(of))
	for v, c := range of {
		wide[v] = int(c)
	}
	return wide
}

// plateaus joins steps while the best partition is that of the first of them.
func (s *Scan) plateaus(g *Graph, tolerance float64) {
	whole := Components(g)
	for i := 0; i < len(s.Steps); {
		first := &s.Steps[i]
		p := Plateau{First: i, Low: first.Resolution}
		for i < len(s.Steps) && (i == p.First || Agree(first.Best, s.Steps[i].Best).NVI <= tolerance) {
			s.Steps[i].Plateau = len(s.Plateaus)
			p.NVI += s.Steps[i].NVI
			i++
		}
		p.Last = i - 1
		p.High = s.Steps[p.Last].Resolution
		p.Length = math.Log(p.High / p.Low)
		p.NVI /= float64(p.Last - p.First + 1)
		middle := s.Steps[(p.First+p.Last)/2]
		p.Groups = middle.Groups
		p.Trivial = slices.Equal(middle.Best, whole) || 2*lonely(middle.Best) > g.Len()
		s.Plateaus = append(s.Plateaus, p)
		if !p.Trivial && p.Last-p.First >= 2 && p.NVI <= 0.1 && (s.Best < 0 || p.Length > s.Plateaus[s.Best].Length) {
			s.Best = len(s.Plateaus) - 1
		}
	}
}

// lonely counts the communities of one node.
func lonely(of []int) int {
	alone := 0
	for _, nodes := range Groups(of) {
		if len(nodes) == 1 {
			alone++
		}
	}
	return alone
}
