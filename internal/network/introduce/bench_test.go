package introduce

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// large has 100,000 organisations and a million ties with a long tail of degrees,
// 2,000 themes, three to an organisation, half of the organisations within 60 km.
func large() Data {
	rnd := rand.New(rand.NewPCG(1, 1))
	const n, m = 100_000, 1_000_000
	d := Data{Now: 2025}
	for t := range 2000 {
		d.Themes = append(d.Themes, fmt.Sprintf("theme%d", t))
	}
	for v := range n {
		o := Org{ID: fmt.Sprintf("o%06d", v), Name: fmt.Sprintf("Org%d Ltd", v), Role: []string{"firm", "firm", "driver", "education", "cultivator", "funder"}[rnd.IntN(6)],
			Lon: rnd.Float64()*2 - 1, Lat: 53 + rnd.Float64(), Placed: rnd.IntN(5) > 0, Industry: fmt.Sprintf("%05d", 10000+rnd.IntN(80000))}
		for range 3 {
			o.Themes = append(o.Themes, int32(2000*rnd.Float64()*rnd.Float64()))
		}
		d.Orgs = append(d.Orgs, o)
	}
	for range m {
		a, b := int32(float64(n)*rnd.Float64()*rnd.Float64()), rnd.Int32N(n)
		d.Ties = append(d.Ties, Tie{A: a, B: b, First: 2000 + rnd.IntN(25), Last: 9999, Family: "tie", Working: true})
	}
	return d
}

func BenchmarkIndex(b *testing.B) {
	d := large()
	for b.Loop() {
		Of(d, nil)
	}
}

func BenchmarkRank_organisation(b *testing.B) {
	x := Of(large(), nil)
	i := 0
	for b.Loop() {
		i = (i + 7919) % len(x.orgs)
		if _, err := x.Rank(context.Background(), Ask{Org: x.orgs[i].ID}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRank_whole(b *testing.B) {
	x := Of(large(), nil)
	for b.Loop() {
		if _, err := x.Rank(context.Background(), Ask{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRank_theme(b *testing.B) {
	x := Of(large(), nil)
	for b.Loop() {
		if _, err := x.Rank(context.Background(), Ask{Theme: "theme17"}); err != nil {
			b.Fatal(err)
		}
	}
}
