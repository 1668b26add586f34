package predict

import (
	"fmt"
	"math"

	"milieu/internal/stat"
)

// Cuts are the lengths of the head of a ranking that is judged.
var Cuts = []int{10, 20, 50, 100}

// Method is a way to rank pairs.
type Method struct {
	Key, Text string
	score     func(p *Past, a, b int32) float64
}

// Methods are what a predictor is compared with.
var Methods = []Method{
	{"adamic-adar", "Adamic-Adar", (*Past).AdamicAdar},
	{"common-partners", "Common partners", (*Past).Common},
	{"resource-allocation", "Resource allocation", (*Past).Allocation},
	{"preferential-attachment", "Preferential attachment", (*Past).Attachment},
}

// again ranks by how often two did something together. It is for all pairs only, and the one to beat there: measures of common partners do not
// look at what the two did themselves.
var again = Method{"joint-projects", "Joint projects so far", func(p *Past, a, b int32) float64 { return float64(p.between(a, b).events) }}

// Result is how well one method foretold.
type Result struct {
	Key, Text string
	AUC, SE   float64
	Average   float64   // average precision
	Precision []float64 // at Cuts; NaN where there are fewer pairs
	Lo, Hi    []float64 // 90 % bootstrap intervals of Precision, from the hits among the head
}

// Quality is how well ties of held-out years were foretold.
type Quality struct {
	For      Which
	At, To   float64 // ties that begin in [At, To) were held out
	Nodes    int     // known before At, of whom pairs were ranked
	Narrow   bool    // more were known: these are the ones that began something most often
	Pairs    int     // candidates
	Ties     int     // of which tied in the held-out years
	Learnt   Learnt
	Ours     Predictor
	Results  []Result // ours, then Methods, for Every joint projects so far, then chance
	Expected float64  // precision by chance
}

// Judge learns before at and judges by the ties that begin in the lagYears from at on: candidates are pairs of organisations that both have an
// event before at; with New only those not tied before at. All methods rank the same candidates; with Every the number of joint projects is one.
func Judge(in Input, at float64, w Which) (Quality, error) {
	q := Quality{For: w, At: at, To: at + lagYears}
	ours, err := Learn(in, at, w)
	if err != nil {
		return q, err
	}
	past := PastAt(in, at)
	set := past.pairs(w, in.pairsBetween(at, at+lagYears))
	q.Ours, q.Learnt, q.Nodes, q.Narrow, q.Pairs, q.Ties = ours, ours.Learnt, set.nodes, set.narrow, len(set.pairs), set.ones
	if set.ones == 0 {
		return q, fmt.Errorf("%w: nobody tied from %.1f to %.1f", ErrTooFew, at, at+lagYears)
	}
	q.Expected = float64(set.ones) / float64(len(set.pairs))
	all := append([]Method{{"ours", "This model", ours.Score}}, Methods...)
	if w == Every {
		all = append(all, again)
	}
	for _, m := range all {
		q.Results = append(q.Results, set.judge(past, m))
	}
	q.Results = append(q.Results, q.chance())
	return q, nil
}

func (s set) judge(p *Past, m Method) Result {
	scores := make([]float64, len(s.pairs))
	for i, k := range s.pairs {
		scores[i] = m.score(p, k.a, k.b)
	}
	r := Result{Key: m.Key, Text: m.Text}
	r.AUC, r.SE = stat.AUC(scores, s.y)
	r.Average = stat.AveragePrecision(scores, s.y)
	for i, k := range Cuts {
		r.Precision = append(r.Precision, stat.PrecisionAt(scores, s.y, k))
		lo, hi := stat.BootstrapHits(stat.Hits(scores, s.y, k), 0.9, 2000, uint64(i+1))
		r.Lo, r.Hi = append(r.Lo, lo), append(r.Hi, hi)
	}
	return r
}

func (q Quality) chance() Result {
	r := Result{Key: "chance", Text: "Chance", AUC: 0.5, Average: q.Expected}
	for range Cuts {
		r.Precision = append(r.Precision, q.Expected)
		r.Lo, r.Hi = append(r.Lo, q.Expected), append(r.Hi, q.Expected)
	}
	return r
}

// Of is the result of a method, the zero value where it was not judged.
func (q Quality) Of(key string) Result {
	for _, r := range q.Results {
		if r.Key == key {
			return r
		}
	}
	return Result{}
}

// At is the precision among the k highest, or NaN.
func (r Result) At(k int) float64 {
	for i, c := range Cuts {
		if c == k && i < len(r.Precision) {
			return r.Precision[i]
		}
	}
	return nan
}

var nan = math.NaN()
