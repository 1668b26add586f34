package sampling

import (
	"fmt"
	"math"

	"milieu/internal/stat"
)

// Reply is what came back from a stratum on one question.
type Reply struct {
	Size     float64 // firms in the frame; 0: as many as were asked
	Asked    float64 // firms that could have answered
	Answered float64 // of these, that did
	Sum      float64 // of the values that they gave; of a share, how many said yes
}

// WorstCase is the range in which a mean over the frame lies whatever those who did not answer would have said: all of them
// lo at one end, all of them hi at the other (Manski 1989); 0 and 1 for a share. Those asked stand for their stratum; chance
// in the draw comes on top of it. Strata in which nobody was asked may hold anything.
func WorstCase(strata []Reply, lo, hi float64) (stat.Interval, error) {
	if !finite(lo) || !finite(hi) || lo > hi {
		return stat.Interval{}, fmt.Errorf("values from %v to %v are no range", lo, hi)
	}
	size, low, high := 0.0, 0.0, 0.0
	for i, r := range strata {
		n := r.Size
		if n == 0 {
			n = r.Asked
		}
		const slack = 1e-9
		switch {
		case !(n >= 0) || !finite(n) || !(r.Answered >= 0) || r.Answered > r.Asked || r.Asked > n+slack:
			return stat.Interval{}, fmt.Errorf("stratum %d: %v answered of %v asked of %v firms; each is at most the next", i+1, r.Answered, r.Asked, n)
		case !finite(r.Sum) || r.Sum < r.Answered*lo-slack*max(1, math.Abs(r.Sum)) || r.Sum > r.Answered*hi+slack*max(1, math.Abs(r.Sum)):
			return stat.Interval{}, fmt.Errorf("stratum %d: a sum of %v of %v answers is not within values from %v to %v", i+1, r.Sum, r.Answered, lo, hi)
		}
		size += n
		if r.Asked == 0 {
			low, high = low+n*lo, high+n*hi
			continue
		}
		silent := r.Asked - r.Answered
		low += n * (r.Sum + silent*lo) / r.Asked
		high += n * (r.Sum + silent*hi) / r.Asked
	}
	if size == 0 {
		return stat.Interval{Lo: lo, Hi: hi}, nil
	}
	return stat.Interval{Lo: low / size, Hi: high / size}, nil
}

// Outcomes are the final dispositions of the firms that were drawn (AAPOR, Standard Definitions, 10th edition 2023).
type Outcomes struct {
	Complete   int // I
	Partial    int // P
	Refused    int // R, refusal and break-off
	NonContact int // NC
	Other      int // O
	Unknown    int // UH and UO: not known to be in scope
	Ineligible int // out of scope
}

// Rates are AAPOR's rates, shares from 0 to 1; NaN where they divide by nothing.
type Rates struct {
	RR1, RR2 float64 // response: complete, and with partial, over all that are or may be in scope
	RR3, RR4 float64 // the same, with Eligible of the unknown
	RR5, RR6 float64 // the same, with none of the unknown
	COOP1    float64 // cooperation: complete over all that were reached
	REF1     float64 // refusal over all that are or may be in scope
	CON1     float64 // contact: all that were reached over all that are or may be in scope
	Eligible float64 // e, the part of the unknown that is taken to be in scope: that of the known
}

// Rates reckons the rates.
func (o Outcomes) Rates() Rates {
	full, partial := float64(o.Complete), float64(o.Partial)
	reached := full + partial + float64(o.Refused) + float64(o.Other)
	known := reached + float64(o.NonContact)
	unknown := float64(o.Unknown)
	e := known / (known + float64(o.Ineligible))
	part := e * unknown
	if o.Unknown == 0 {
		part = 0
	}
	return Rates{
		RR1: full / (known + unknown), RR2: (full + partial) / (known + unknown),
		RR3: full / (known + part), RR4: (full + partial) / (known + part),
		RR5: full / known, RR6: (full + partial) / known,
		COOP1: full / reached, REF1: float64(o.Refused) / (known + unknown), CON1: reached / (known + unknown),
		Eligible: e,
	}
}
