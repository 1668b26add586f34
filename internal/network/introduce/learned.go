package introduce

import "math"

// Outcomes is what became of the introductions that carried a reason. Each
// introduction counts once, by its furthest state.
type Outcomes struct {
	Accepted                                  int // taken up, nothing known yet
	Declined, Met, Project, Contract, Nothing int
}

// Credits of the states: what an introduction is worth as evidence that the
// reason works. A tie that came of it counts in full.
const (
	creditAccepted = 0.3
	creditMet      = 0.6
)

// shrink is the weight of the prior in introductions: after so many, what was
// seen and what was believed count the same.
const shrink = 20

func (o Outcomes) tried() int {
	return o.Accepted + o.Declined + o.Met + o.Project + o.Contract + o.Nothing
}

func (o Outcomes) worked() float64 {
	return float64(creditAccepted*float64(o.Accepted)) + float64(creditMet*float64(o.Met)) + float64(o.Project+o.Contract)
}

// Learned is the outcomes by key of reason.
type Learned map[string]Outcomes

// Weight is a reason's weight before and after learning.
type Weight struct {
	Key, Label string
	Against    bool
	Prior, Now float64
	Tried      int     // introductions that carried the reason
	Worked     float64 // share of them that worked, with the credits; -1 when none was tried
}

// Weights re-weights the reasons. With p0 the share of all introductions that
// worked and p = (worked + 20 p0)/(tried + 20) the share of those that carried the
// reason, shrunk towards p0 (beta-binomial), the weight moves by logit p - logit
// p0 (against: the other way), and stays between nothing and twice the prior.
// Introductions of every reason together make p0, so that a reason is judged
// against the others and not against zero.
func (l Learned) Weights() []Weight {
	tried, worked := 0, 0.0
	for _, k := range table {
		o := l[k.Key]
		tried += o.tried()
		worked += o.worked()
	}
	// one success and one failure are added, so that p0 is never 0 or 1
	p0 := (worked + 1) / (float64(tried) + 2)
	out := make([]Weight, kinds)
	for i, k := range table {
		o := l[k.Key]
		w := Weight{Key: k.Key, Label: k.Label, Against: k.Against, Prior: k.Weight, Now: k.Weight, Tried: o.tried(), Worked: -1}
		if w.Tried > 0 {
			w.Worked = o.worked() / float64(w.Tried)
			p := (o.worked() + float64(shrink*p0)) / (float64(w.Tried) + shrink)
			move := logit(p) - logit(p0)
			if k.Against {
				move = -move
			}
			w.Now = min(max(k.Weight+move, 0), 2*k.Weight)
		}
		out[i] = w
	}
	return out
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }
