// Command networkpages makes up a workspace with a large network (tables of a team: organisations with places, sectors'
// words and roles; dated ties in communities, degrees with a long tail) and times the pages of the network of a server
// of it. It prints figures and passes no judgement. No organisation in it is meant to be real; the same flags give the
// same bytes. From the repository root:
//
//	go run ./bench/networkpages -out DIR [-nodes 100000] [-ties 1000000]
//	go run ./cmd/milieu build DIR && go run ./cmd/milieu serve DIR --addr 127.0.0.1:8040 &
//	go run ./bench/networkpages -base http://127.0.0.1:8040
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "", "folder of the workspace to make")
	base := flag.String("base", "", "address of a server of it: its pages are timed")
	nodes := flag.Int("nodes", 100_000, "organisations")
	ties := flag.Int("ties", 1_000_000, "ties")
	rounds := flag.Int("rounds", 20, "requests a page")
	flag.Parse()
	var err error
	switch {
	case *out != "":
		err = generate(*out, *nodes, *ties)
	case *base != "":
		err = measure(*base, *nodes, *rounds)
	default:
		err = fmt.Errorf("name -out or -base")
	}
	if err != nil {
		log.Fatal(err)
	}
}

const workspace = `name = "A made-up network"
short = "Network"

[[source]]
id = "organisations"
type = "team-organisations"
path = "organisations.csv"

[[source]]
id = "ties"
type = "team-ties"
path = "ties.csv"
`

var (
	roles  = []string{"firm", "firm", "firm", "firm", "firm", "firm", "driver", "cultivator", "agency", "funder"}
	themes = []string{"machining", "composites", "robotics", "welding", "casting", "forging", "metrology", "software", "additive manufacturing", "hydrogen", "nuclear", "medical devices", "tooling", "coatings", "sensors", "batteries"}
	kinds  = []string{"partner_in_project", "partner_in_project", "partner_in_project", "supplies", "supplies", "member_of", "funded_by", "trains_for", "tenant_of"}
)

func generate(dir string, nodes, ties int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "milieu.toml"), []byte(workspace), 0o644); err != nil {
		return err
	}
	if err := write(filepath.Join(dir, "organisations.csv"), func(w io.Writer) { organisations(w, nodes) }); err != nil {
		return err
	}
	return write(filepath.Join(dir, "ties.csv"), func(w io.Writer) { tieRows(w, nodes, ties) })
}

func write(file string, rows func(io.Writer)) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	rows(w)
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func name(v int) string { return fmt.Sprintf("n%06d", v) }

func organisations(w io.Writer, nodes int) {
	r := rand.New(rand.NewPCG(1, 1))
	fmt.Fprintln(w, "id,name,role,kind,site,postcode,company_number,ror_id,activities,lon,lat,located_by,precision_m,source_url,source_year,notes")
	for v := range nodes {
		var works []string
		for range 1 + r.IntN(3) {
			works = append(works, themes[r.IntN(len(themes))])
		}
		fmt.Fprintf(w, "%s,Organisation %06d,%s,company,,,,,%s,%.5f,%.5f,hand,100,https://example.org/%d,2024,\n", name(v), v, roles[r.IntN(len(roles))], strings.Join(works, "; "), -3+3*r.Float64(), 51+4*r.Float64(), v)
	}
}

// tieRows draws one end by a long tail and the other, three times of four, from the same group of a hundred.
func tieRows(w io.Writer, nodes, ties int) {
	r := rand.New(rand.NewPCG(2, 2))
	fmt.Fprintln(w, "id,from_id,from_name,to_id,to_name,kind,start_year,end_year,amount_gbp,project,source_url,source_year")
	pick := func() int { return int(float64(nodes) * math.Pow(r.Float64(), 1.7)) }
	for t := range ties {
		a, b := r.IntN(nodes), pick()
		if r.IntN(4) > 0 {
			b = min(nodes-1, a/100*100+r.IntN(100))
		}
		if a == b {
			b = (b + 1) % nodes
		}
		year := 2005 + r.IntN(20)
		fmt.Fprintf(w, "t%07d,%s,,%s,,%s,%d,%d,,,https://example.org/t,2024\n", t, name(a), name(b), kinds[r.IntN(len(kinds))], year, year+1+r.IntN(6))
	}
}

// pages are what is asked for; %s is an organisation, and every round asks for another.
var pages = []string{
	"/network", "/network?kind=supplies", "/network?role=firm&from=2015&to=2018", "/network?org=%s", "/network.json", "/network.json?org=%s",
	"/network/path?from=%s&to=n000001", "/network/coverage", "/network/coverage?by=role", "/network/brokers", "/network/brokers?kind=supplies", "/network/time", "/network/time?since=2015", "/network/model",
	"/introductions?for=%s", "/introductions", "/introductions?theme=robotics", "/champions", "/consortia", "/meetings", "/organisations/%s",
}

func measure(base string, nodes, rounds int) error {
	fmt.Printf("%-46s %10s %9s %9s %9s %9s %9s\n", "page", "first ms", "p50 ms", "p90 ms", "max ms", "KB", "status")
	for _, page := range pages {
		var took []time.Duration
		size, status := 0, ""
		for k := range rounds + 1 {
			address := base + page
			if strings.Contains(page, "%s") {
				address = base + fmt.Sprintf(page, name((k*7919+13)%nodes))
			}
			start := time.Now()
			resp, err := http.Get(address)
			if err != nil {
				return err
			}
			n, err := io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if err != nil {
				return err
			}
			took = append(took, time.Since(start))
			size, status = int(n), resp.Status[:3]
		}
		first, rest := took[0], took[1:]
		slices.Sort(rest)
		ms := func(d time.Duration) float64 { return d.Seconds() * 1000 }
		fmt.Printf("%-46s %10.1f %9.1f %9.1f %9.1f %9d %9s\n", page, ms(first), ms(rest[len(rest)/2]), ms(rest[len(rest)*9/10]), ms(rest[len(rest)-1]), size>>10, status)
	}
	return nil
}
