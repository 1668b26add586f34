package web

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"sync"
	"testing"

	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/org"
)

// bigBook is a network of 100,000 organisations and about a million ties: communities of fifty, hubs, some dated, some not.
var bigBook = sync.OnceValues(func() (*network.Book, error) {
	const n, m = 100_000, 1_000_000
	rng := rand.New(rand.NewPCG(6, 1))
	nodes := make([]network.Node, n)
	for i := range nodes {
		nodes[i] = network.Node{ID: fmt.Sprintf("org-%06d", i), Name: fmt.Sprintf("Organisation number %d Limited", i), Role: org.Roles[rng.IntN(len(org.Roles))].Key, Employees: -1,
			Lon: -3 + 4*rng.Float64(), Lat: 51 + 4*rng.Float64(), Placed: i%7 != 0, Sectors: 1 << rng.IntN(12)}
		nodes[i].Roles = []string{nodes[i].Role}
	}
	links := make([]network.Link, 0, m)
	for range m {
		a := int32(rng.IntN(n))
		b := a/50*50 + int32(rng.IntN(50))
		switch rng.IntN(10) {
		case 0:
			b = int32(rng.IntN(n))
		case 1:
			b = int32(float64(n) * rng.Float64() * rng.Float64() * rng.Float64() * rng.Float64())
		}
		if a == b {
			b = (a + 1) % n
		}
		l := network.Link{A: a, B: b, Kind: uint8(rng.IntN(10)), Last: network.Forever, Records: 1 + int32(rng.IntN(3)), Weight: rng.Float64() + 0.1}
		if rng.IntN(4) > 0 {
			l.First = int16(2000 + rng.IntN(24))
			l.Last = l.First + int16(rng.IntN(5))
		}
		links = append(links, l)
	}
	var sectors []network.Named
	for i := range 12 {
		sectors = append(sectors, network.Named{ID: fmt.Sprintf("s%02d", i), Name: fmt.Sprintf("Sector %d", i)})
	}
	return network.NewBook(nodes, links, sectors, nil, nil)
})

// BenchmarkNetworkPages answers each page of the network for 100,000 organisations and a million ties, after the first visitor.
func BenchmarkNetworkPages(b *testing.B) {
	book, err := bigBook()
	if err != nil {
		b.Fatal(err)
	}
	s := demoSite(b)
	small := served(b, s)
	snap := &live.Snapshot{WS: small.WS, Rel: small.Rel, DB: small.DB, Search: small.Search, Sites: small.Sites, Orgs: small.Orgs, Book: small.Book, Network: book}
	pages := map[string]handler{"/network": s.network, "/network?view=table": s.network, "/network?view=map": s.network, "/network.json": s.networkJSON, "/network.json?org=org-000001": s.networkJSON, "/network?role=driver&strength=strong": s.network,
		"/network/coverage": s.networkCoverage, "/network/brokers": s.networkBrokers, "/network/time": s.networkTime, "/network/export": s.networkExport, "/network/path?a=org-000001&b=org-099999": s.networkPath}
	for path, h := range pages {
		b.Run(path, func(b *testing.B) {
			if err := h(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil), snap); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				w := httptest.NewRecorder()
				if err := h(w, httptest.NewRequest("GET", path, nil), snap); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkNetworkView makes the view of a filter of that network, and its measures.
func BenchmarkNetworkView(b *testing.B) {
	book, err := bigBook()
	if err != nil {
		b.Fatal(err)
	}
	for name, f := range map[string]network.Filter{"whole": {}, "strong": {Strength: network.Strong}, "years": {From: 2010, To: 2015}} {
		b.Run(name+"/view", func(b *testing.B) {
			for b.Loop() {
				book.View(f)
			}
		})
		v := book.View(f)
		b.Run(name+"/quick", func(b *testing.B) {
			for b.Loop() {
				v.Quick()
			}
		})
	}
}
