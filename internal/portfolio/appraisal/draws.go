package appraisal

import (
	"hash/fnv"
	"math"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"

	"milieu/internal/chance"
)

// purpose of the numbers of appraisals, so that other users of a seed have others.
const purpose = 0x617070726169 // "apprai"

// address is the place of an input in the stream of numbers: by its name, so that it is the same in every appraisal that
// knows the input, whatever else there is.
func address(name string) int {
	h := fnv.New64a()
	h.Write([]byte(name))
	return int(h.Sum64() >> 1)
}

// shared are the draws that interventions have in common: a parameter that is wrong is wrong for all that rest on it.
type shared struct {
	n        int
	costs    []float64            // normal scores behind all costs
	params   map[string][]float64 // by parameter
	worths   []float64            // places in the ranges of all national values
	working  map[string][]float64 // chance by type of programme
	between  float64              // correlation of the costs of two interventions
	costsToQ float64              // correlation of an intervention's cost and what it brings
}

// share draws what the models have in common.
func share(s chance.Stream, n int, models []model, between, costsToQ float64) *shared {
	sh := &shared{n: n, params: map[string][]float64{}, working: map[string][]float64{}, between: between, costsToQ: costsToQ}
	type job struct {
		out  []float64
		dist chance.Dist
		name string
	}
	var jobs []job
	add := func(into map[string][]float64, key, name string, d chance.Dist) {
		if into[key] == nil {
			into[key] = make([]float64, n)
			jobs = append(jobs, job{into[key], d, name})
		}
	}
	for k := range models {
		m := &models[k]
		for in, id := range m.ids {
			if r := m.ranges[in]; id != "" && !r.certain() {
				add(sh.params, id, "parameter "+id, chance.Dist{Kind: chance.Triangular, A: r.low, B: r.value, C: r.high})
			}
		}
		if c := m.chance; c.Known {
			add(sh.working, c.Type, "chance "+c.Type, chance.Dist{Kind: chance.Beta, A: c.A, B: c.B})
		}
	}
	sh.costs, sh.worths = make([]float64, n), make([]float64, n)
	jobs = append(jobs, job{sh.costs, chance.Dist{Kind: chance.Normal, A: 0, B: 1}, "costs of all"}, job{sh.worths, twoSided, "national values"})
	each(len(jobs), func(k int) {
		at := address(jobs[k].name)
		for d := range n {
			jobs[k].out[d] = jobs[k].dist.At(s.Uniform(d, at))
		}
	})
	return sh
}

// each runs f for 0 to n-1 on all cores.
func each(n int, f func(k int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range next {
				f(k)
			}
		}()
	}
	for k := range n {
		next <- k
	}
	close(next)
	wg.Wait()
}

// run calls take for each draw of a model, in their order. works is 1 where the intervention works in the draw, else 0; where the chance
// of it is not known works is 1.
func (m *model) run(id string, s chance.Stream, sh *shared, take func(d int, f figures, works float64)) {
	ownCost, ownQuantity, ownLuck := address("cost "+id), address("quantity "+id), address("luck "+id)
	var from [inputs][]float64
	for in, pid := range m.ids {
		if pid != "" {
			from[in] = sh.params[pid]
		}
	}
	working := sh.working[m.chance.Type]
	common, own := math.Sqrt(sh.between), math.Sqrt(1-sh.between)
	rest := math.Sqrt(1 - sh.costsToQ*sh.costsToQ)
	at := m.central()
	for d := range sh.n {
		for in := range from {
			if from[in] != nil {
				at[in] = from[in][d]
			}
		}
		zc := common*sh.costs[d] + own*distuv.UnitNormal.Quantile(s.Uniform(d, ownCost))
		at[inCost] = m.overrun(zc)
		zq := sh.costsToQ*zc + rest*distuv.UnitNormal.Quantile(s.Uniform(d, ownQuantity))
		at[inWorth] = sh.worths[d]
		at[inQuantity] = twoSided.At(distuv.UnitNormal.CDF(zq))
		works := 1.0
		if working != nil && s.Uniform(d, ownLuck) >= working[d] {
			works = 0
		}
		take(d, m.at(&at), works)
	}
}

// twoSided places a value in a range, as rng.at reads it. Where the sides of the range differ it leaves half of the draws on either
// side, so that the central estimate is the median.
var twoSided = chance.Dist{Kind: chance.Triangular, A: -1, B: 0, C: 1}
