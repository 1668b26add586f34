package stat

import "math"

// Specialisation says how far the industries of a region differ from those of
// all regions together, the region included, and how concentrated they are.
// The numbers are 0 and mean nothing unless Defined is true.
type Specialisation struct {
	Region string
	// Krugman is the sum of the absolute differences of shares, 0 to 2.
	Krugman float64
	// Hoover is half of Krugman: the share of jobs that would have to change
	// industry for the region to be like the whole.
	Hoover float64
	// Hachman is 1/sum(LQ * share), above 0 and at most 1; 1 is like the whole.
	Hachman float64
	// HHI is the Herfindahl-Hirschman index, the sum of squared shares.
	HHI float64
	// EntropyBits is -sum(share * log2 share), with 0 for a share of 0.
	EntropyBits float64
	Defined     bool
}

// Specialisations returns the indices of each region, sorted by region, from
// the values without their bounds (Krugman 1991; Hachman, Hoover and
// Herfindahl indices as in doc/METHODS.md section 3). A region whose total is 0
// is not defined.
func (t Table) Specialisations() []Specialisation {
	out := make([]Specialisation, len(t.regions))
	// Industries absent from a region add their overall share to Krugman: start
	// as if all were absent, and correct for those present.
	for i, r := range t.regions {
		out[i] = Specialisation{Region: r.Name, Krugman: 1, Defined: r.Value > 0}
	}
	inverse := make([]float64, len(out))
	for _, c := range t.cells {
		s := &out[c.region]
		if !s.Defined || c.est.Value == 0 {
			continue
		}
		share := c.est.Value / t.regions[c.region].Value
		overall := t.industries[c.industry].Value / t.total.Value
		s.Krugman += math.Abs(share-overall) - overall
		s.HHI += share * share
		s.EntropyBits -= share * math.Log2(share)
		inverse[c.region] += share * share / overall
	}
	for i := range out {
		if !out[i].Defined {
			out[i] = Specialisation{Region: out[i].Region}
			continue
		}
		out[i].Krugman = max(0, out[i].Krugman)
		out[i].Hoover = out[i].Krugman / 2
		out[i].Hachman = 1 / inverse[i]
		// -1*log2(1) is -0, which prints badly.
		out[i].EntropyBits = max(0, out[i].EntropyBits)
	}
	return out
}
