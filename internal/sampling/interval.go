package sampling

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// few is the number of effective yes or no below which the log odds are no longer near to normal.
const few = 10

// still says that the answers show no variance of a share: all say the same, or all of each stratum or category do.
func still(e Estimate) bool { return e.SE*e.SE <= 1e-12*e.Value*(1-e.Value) }

// shareInterval puts the interval about a share.
func (d Design) shareInterval(e *Estimate, in []bool, how How) {
	if e.N == 0 {
		e.Lo, e.Hi, e.Method = 0, 1, None
		return
	}
	p, most := e.Value, math.Inf(1)
	method := how.Interval
	if method == "" {
		// Where the few that say yes happen to have small weights, their variance looks small too: no more is made of the answers
		// than there are (Franco, Little, Louis & Slud 2019).
		most = float64(e.N)
		method = Logit
		if n := min(e.Effective, float64(e.N)); math.IsNaN(n) || n*min(p, 1-p) < few || e.DF < 2 {
			method = KornGraubard
		}
	}
	if method == Logit && still(*e) {
		method = KornGraubard // log odds have no end at 0 and 1
	}
	e.Method = method
	switch t := student(how.Confidence, e.DF); method {
	case Wald:
		e.Lo, e.Hi = p-t*e.SE, p+t*e.SE
	case Logit:
		mid, half := math.Log(p/(1-p)), t*e.SE/(p*(1-p))
		e.Lo, e.Hi = 1/(1+math.Exp(half-mid)), 1/(1+math.Exp(-half-mid))
	case KornGraubard:
		e.Lo, e.Hi = d.kornGraubard(*e, in, how.Confidence, most)
	}
}

// kornGraubard is Clopper & Pearson's exact interval with the effective number of answers p(1-p)/variance in place of their
// number, made smaller for the degrees of freedom that the variance has (Korn & Graubard 1998; svyciprop with method "beta").
// Where the answers show no variance, because all say the same, or all of each stratum or category of a margin do, that is no
// proof that there is none: Kish's effective number over the part of the domain that did not answer is used then, which
// leaves no doubt where all have answered. Most is the largest number of answers that may count, of very many firms.
func (d Design) kornGraubard(e Estimate, in []bool, confidence, most float64) (lo, hi float64) {
	p, silent := e.Value, d.silent(e)
	if d.counted(in) {
		return p, p
	}
	n := d.Effective(in) / silent
	if !still(e) {
		n = min(p*(1-p)/(e.SE*e.SE), most/silent)
	}
	if r := student(confidence, e.N-1) / student(confidence, e.DF); e.N > 1 {
		n *= r * r
	}
	tail := (1 - confidence) / 2
	lo, hi = 0, 1
	if p > 0 {
		lo = distuv.Beta{Alpha: n * p, Beta: n*(1-p) + 1}.Quantile(tail)
	}
	if p < 1 {
		hi = distuv.Beta{Alpha: n*p + 1, Beta: n * (1 - p)}.Quantile(1 - tail)
	}
	return lo, hi
}

// silent is the part of the firms that the answers stand for that did not answer; 1 where the frame's size is not known, and
// never below a hundredth, since weights do not tell as exactly as that.
func (d Design) silent(e Estimate) float64 {
	for _, s := range d.strata {
		if s.size == 0 {
			return 1
		}
	}
	return max(0.01, 1-float64(e.N)/e.Weight)
}
