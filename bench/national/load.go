package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"time"
)

// perSecond is the rate of each load test.
const perSecond = 50

var client = &http.Client{Timeout: 10 * time.Second}

func get(u string) (time.Duration, error) {
	r, err := http.NewRequest(http.MethodGet, u, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("HX-Request", "true")
	start := time.Now()
	resp, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0, err
	}
	if resp.StatusCode >= 400 {
		return 0, fmt.Errorf("%s: %s", u, resp.Status)
	}
	return time.Since(start), nil
}

var words = []string{"smith", "engineering", "jones and", "property man", "steel", "the", "a", "s", "green energy", "sheffield", "limited", "tech sol", "bui", "consult", "north east f", "xyz", "global tr", "holdings", "r j", "medical dev"}

var orgLink = regexp.MustCompile(`href="(/organisations/[^"?]+)"`)

// loads runs the three load tests: search as you type, organisation pages, tiles.
func loads(base string, length time.Duration) error {
	rng := rand.New(rand.NewPCG(1, 1))
	pages, err := organisations(base)
	if err != nil {
		return err
	}
	tests := []struct {
		name string
		next func() string
	}{
		{"search as you type", func() string {
			w := words[rng.IntN(len(words))]
			return "/search?q=" + url.QueryEscape(w[:1+rng.IntN(len(w))])
		}},
		{"organisation page", func() string { return pages[rng.IntN(len(pages))] }},
		{"map tile", func() string { return tile(rng) }},
	}
	fmt.Printf("\n%-20s %8s %8s %8s %8s %8s\n", "at 50 requests/s", "n", "p50 ms", "p95 ms", "p99 ms", "max ms")
	for _, t := range tests {
		took, err := hammer(base, t.next, length)
		if err != nil {
			return err
		}
		at := func(p float64) float64 { return took[min(len(took)-1, int(p*float64(len(took))))].Seconds() * 1000 }
		fmt.Printf("%-20s %8d %8.1f %8.1f %8.1f %8.1f\n", t.name, len(took), at(0.5), at(0.95), at(0.99), at(1))
	}
	return nil
}

// organisations gathers addresses of organisation pages from searches.
func organisations(base string) ([]string, error) {
	seen := map[string]bool{}
	var out []string
	for _, w := range words {
		resp, err := client.Get(base + "/search?q=" + url.QueryEscape(w))
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		for _, m := range orgLink.FindAllStringSubmatch(string(body), -1) {
			if !seen[m[1]] {
				seen[m[1]] = true
				out = append(out, m[1])
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no search found an organisation")
	}
	return out, nil
}

// tile is a tile over Britain: as a visitor zooms, from the country to a street.
func tile(rng *rand.Rand) string {
	z := 5 + rng.IntN(10)
	lon, lat := -3.5+4.5*rng.Float64(), 51+4*rng.Float64()
	x, y := tileOf(z, lon, lat)
	return fmt.Sprintf("/tiles/sites/%d/%d/%d.mvt", z, x, y)
}

// hammer sends requests at the rate, whether or not the answers keep up, and
// returns how long each took, sorted.
func hammer(base string, next func() string, length time.Duration) ([]time.Duration, error) {
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var wg sync.WaitGroup
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	end := time.After(length)
	for {
		select {
		case <-end:
			wg.Wait()
			slices.Sort(took)
			if failed == nil && len(took) == 0 {
				failed = fmt.Errorf("no answers")
			}
			return took, failed
		case <-tick.C:
			u := base + next()
			wg.Go(func() {
				d, err := get(u)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failed = err
					return
				}
				took = append(took, d)
			})
		}
	}
}
