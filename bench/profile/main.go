// Command profile measures how long the profile of a drawn area takes on a release: random
// polygons of all sizes around places where organisations are, through the index of areas and,
// where a server is named, through its pages. The peer is the engine: the same organisations
// counted by SQL within the polygon's box. It prints figures and passes no judgement. Build a
// national release with bench/national first, then from the repository root:
//
//	go run ./bench/profile -dir bench/out/workspace-5500000 [-base http://127.0.0.1:8040]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/lake"
	"milieu/internal/profile"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "bench/out/workspace-5500000", "workspace with a release")
	base := flag.String("base", "", "address of a server of the same release; empty: the index alone")
	n := flag.Int("n", 300, "polygons")
	peer := flag.Int("peer", 20, "of them also counted by the engine")
	flag.Parse()
	if err := run(context.Background(), *dir, *base, *n, *peer); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, dir, base string, n, peer int) error {
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		return err
	}
	rel, err := evidence.Current(ws)
	if err != nil {
		return err
	}
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	if out, err := exec.Command("dd", "if="+rel.Path(profile.TallyFile), "iflag=nocache", "count=0").CombinedOutput(); err != nil {
		log.Printf("the index may still be in the machine's cache: %v %s", err, out)
	}
	start := time.Now()
	book, err := profile.Open(ctx, db, func(file string) ([]byte, error) {
		data, _, err := lake.MapFile(rel.Path(file))
		return data, err
	})
	if err != nil {
		return err
	}
	fmt.Printf("open                     %8.1f ms\n", ms(time.Since(start)))
	start = time.Now()
	nation := book.Nation(profile.Question{})
	fmt.Printf("nation, file not cached  %8.1f ms  %d organisations, %d industries\n", ms(time.Since(start)), nation.Organisations, len(nation.Industries))
	shapes, err := polygons(book, n)
	if err != nil {
		return err
	}
	fmt.Printf("\n%-24s %8s %8s %8s %8s %10s\n", "", "p50 ms", "p90 ms", "p99 ms", "max ms", "most orgs")
	for _, round := range []string{"index, first round", "index, second round"} {
		index(book, nation, shapes, round)
	}
	if base != "" {
		if err := pages(base, shapes); err != nil {
			return err
		}
	}
	if err := reasons(ctx, db, shapes[:min(peer, len(shapes))]); err != nil {
		return err
	}
	return engine(ctx, db, book, shapes[:min(peer, len(shapes))])
}

// reasons asks for the way from two figures of each shape to their records.
func reasons(ctx context.Context, db *lake.DB, shapes []geom.Geometry) error {
	for _, of := range [][]string{{"organisations"}, {"quotient", profile.LevelSection, "C"}} {
		var took []time.Duration
		for _, g := range shapes {
			text, err := geo.EncodeShape(g)
			if err != nil {
				return err
			}
			start := time.Now()
			if _, err := profile.Explainers().Explain(ctx, db, profile.Ref(profile.DrawnSet+"/"+text, profile.Question{}, "", of...)); err != nil {
				return err
			}
			took = append(took, time.Since(start))
		}
		line("why, "+of[0], took, 0)
	}
	return nil
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

// polygons are stars around random sites: radius from 0.5 to 100 km on a logarithmic scale, every
// third with 200 corners, the others with 4 to 40.
func polygons(book *profile.Book, n int) ([]geom.Geometry, error) {
	r := rand.New(rand.NewPCG(7, 7))
	sites := book.Sites(profile.Filter{Section: "C"})
	if len(sites) == 0 {
		return nil, fmt.Errorf("the release has no manufacturers on the map")
	}
	var out []geom.Geometry
	for len(out) < n {
		at := sites[r.IntN(len(sites))]
		corners := 4 + r.IntN(37)
		if len(out)%3 == 0 {
			corners = 200
		}
		km := 0.5 * math.Pow(200, r.Float64())
		var ring []float64
		for k := range corners {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(corners))
			d := km / 111 * (0.6 + 0.4*r.Float64())
			ring = append(ring, at.Lon+d*cos/math.Cos(at.Lat*math.Pi/180), at.Lat+d*sin)
		}
		ring = append(ring, ring[0], ring[1])
		out = append(out, geom.NewPolygon([]geom.LineString{geom.NewLineString(geom.NewSequence(ring, geom.DimXY))}).AsGeometry())
	}
	return out, nil
}

// index asks the book for each shape, with the quotients of all industries.
func index(book *profile.Book, nation profile.Answer, shapes []geom.Geometry, name string) {
	var took []time.Duration
	most := 0
	for _, g := range shapes {
		start := time.Now()
		a := book.Profile(g, profile.Question{})
		if _, err := profile.Quotients(a, nation, profile.LevelIndustry); err != nil {
			log.Fatal(err)
		}
		took = append(took, time.Since(start))
		most = max(most, a.Organisations)
	}
	line(name, took, most)
}

func line(name string, took []time.Duration, most int) {
	slices.Sort(took)
	at := func(p float64) float64 { return ms(took[min(len(took)-1, int(p*float64(len(took))))]) }
	fmt.Printf("%-24s %8.1f %8.1f %8.1f %8.1f %10d\n", name, at(0.5), at(0.9), at(0.99), at(1), most)
}

// pages asks a server for the page of each shape, twice.
func pages(base string, shapes []geom.Geometry) error {
	for _, round := range []string{"page, first round", "page, second round"} {
		var took []time.Duration
		for _, g := range shapes {
			text, err := geo.EncodeShape(g)
			if err != nil {
				return err
			}
			start := time.Now()
			resp, err := http.Get(base + "/profile?" + url.Values{"shape": {text}}.Encode())
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK {
				return fmt.Errorf("%s: %s %v", base, resp.Status, err)
			}
			took = append(took, time.Since(start))
		}
		line(round, took, 0)
	}
	return nil
}

// engine counts organisations by SQL in the box of each shape, as a query without an index would
// begin, beside the index's whole profile.
func engine(ctx context.Context, db *lake.DB, book *profile.Book, shapes []geom.Geometry) error {
	var took, own []time.Duration
	for _, g := range shapes {
		start := time.Now()
		book.Profile(g, profile.Question{})
		own = append(own, time.Since(start))
		b, _ := geo.Bounds(g)
		start = time.Now()
		rows, err := db.QueryContext(ctx, `select o.main_code, count(distinct s.org_id) from site s join organisation o on o.org_id = s.org_id
where s.lon between $1 and $2 and s.lat between $3 and $4 and not s.mass_registration group by o.main_code`, b.West, b.East, b.South, b.North)
		if err != nil {
			return err
		}
		for rows.Next() {
		}
		if err := rows.Close(); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	fmt.Fprintln(os.Stdout)
	line("index, of these", own, 0)
	line("engine, box only", took, 0)
	var a, b time.Duration
	for i := range own {
		a, b = a+own[i], b+took[i]
	}
	fmt.Printf("ratio engine / index     %8.1f\n", b.Seconds()/a.Seconds())
	return nil
}
