package sampling_test

import (
	"fmt"

	"milieu/internal/sampling"
)

// A frame of 1,000 firms in two strata: how many to ask, whom, and what the answers say.
func Example() {
	strata := []sampling.Stratum{{Key: "large", Size: 100}, {Key: "small", Size: 900}}
	plan, err := sampling.Allocation{Minimum: 30}.Allocate(strata, 120)
	if err != nil {
		fmt.Println(err)
		return
	}
	expected, _, err := sampling.Expect(strata, plan, 0.5, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("ask %d large and %d small: a share to %.1f points either side if all answer\n", plan["large"], plan["small"], 100*expected.Margin)

	// Twenty large firms answer, fifteen of them yes; thirty small ones, twelve of them yes.
	var of []string
	var yes []bool
	for i := range 50 {
		if i < 20 {
			of, yes = append(of, "large"), append(yes, i < 15)
		} else {
			of, yes = append(of, "small"), append(yes, i < 32)
		}
	}
	d, err := sampling.NewDesign(sampling.Sampled{Strata: of, Sizes: map[string]float64{"large": 100, "small": 900}})
	if err != nil {
		fmt.Println(err)
		return
	}
	share, err := d.Share(yes, nil, sampling.How{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f %% say yes (%.1f to %.1f) of %d answers, which are worth %.0f of equal weight\n", 100*share.Value, 100*share.Lo, 100*share.Hi, share.N, d.Effective(nil))
	// Output:
	// ask 30 large and 90 small: a share to 9.0 points either side if all answer
	// 43.5 % say yes (28.4 to 59.9) of 50 answers, which are worth 36 of equal weight
}

// Weights are raked to the frame's margins; what cannot be met is named.
func ExampleDesign_Rake() {
	d, err := sampling.NewDesign(sampling.Sampled{Weights: []float64{1, 1, 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	raked, told, err := d.Rake([]sampling.Margin{{Name: "size", Of: []string{"small", "small", "large"}, Totals: map[string]float64{"small": 60, "large": 30, "huge": 10}}}, sampling.RakeRule{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range raked.Weights() {
		fmt.Printf("%.1f ", w)
	}
	fmt.Println(told.Converged)
	for _, u := range told.Unmet {
		fmt.Printf("%s %s: %v firms. %s\n", u.Margin, u.Category, u.Want, u.Why)
	}
	// Output:
	// 33.3 33.3 33.3 true
	// size huge: 10 firms. Nobody of it answered; the other categories stand for its firms.
}
