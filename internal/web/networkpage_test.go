package web

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"milieu/internal/network"
)

// networkPages are addresses of the network's pages with their settings.
var networkPages = []string{"/network", "/network?view=table", "/network?view=map", "/network?view=table&sort=constraint&ties=2", "/network?colour=group&size=between&lines=kind", "/network?strength=strong&from=2010&to=2020",
	"/network?role=driver&role=cultivator", "/network?undated=no", "/network?area=team/amp&ends=both", "/network?view=map&area=team/corridor", "/network?family=tie&family=met", "/network?kind=spin_out_of&from=1900&to=1901",
	"/network/brokers", "/network/brokers?by=sector&strength=strong", "/network/brokers?by=area", "/network/coverage", "/network/coverage?by=area", "/network/coverage?by=role&anchors=2&gaps=2&groups=2",
	"/network/time", "/network/time?since=2015&kind=supplies", "/network/path", "/network/export", "/network/export?strength=weak"}

func TestNetworkPages(t *testing.T) {
	s := demoSite(t)
	for _, path := range networkPages {
		body := page(t, s, path)
		if len(body) > mostBytes {
			t.Errorf("%s weighs %d bytes; the most is %d", path, len(body), mostBytes)
		}
	}
}

func TestNetworkPages_wrong(t *testing.T) {
	s := demoSite(t)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/network?kind=marries":           {400, `no kind of tie "marries"`},
		"/network?role=king":              {400, `no role "king"`},
		"/network?sector=pottery":         {400, `no sector "pottery"`},
		"/network?from=2020&to=2010":      {400, "run backwards"},
		"/network?strength=mighty":        {400, "neither strong nor weak"},
		"/network?view=film":              {400, "picture, table or map"},
		"/network?colour=mood":            {400, "role or sector or group"},
		"/network?view=table&sort=beauty": {400, "cannot be sorted"},
		"/network?area=nowhere":           {400, "set/id"},
		"/network?area=lad/nowhere":       {404, ""},
		"/network?org=nobody":             {404, "knows no organisation"},
		"/network/path?a=zzzz&b=amrc":     {404, "no organisation like"},
		"/network/coverage?by=colour":     {400, "area, sector or role"},
		"/network/brokers?by=colour":      {400, "role, sector or area"},
		"/network/brokers?leave=nobody":   {404, "nothing changes"},
		"/network/time?since=never":       {400, "not a year"},
		"/network/export?as=dot":          {400, "graphml, gexf, csv"},
	} {
		status, body, _ := get(t, s, path)
		if status != want.status || !strings.Contains(html.UnescapeString(body), want.says) {
			t.Errorf("%s: status %d, want %d and %q", path, status, want.status, want.says)
		}
	}
}

func networkData(t *testing.T, s *Server, path string) networkFile {
	t.Helper()
	status, body, _ := get(t, s, path)
	if status != http.StatusOK {
		t.Fatalf("%s: status %d\n%s", path, status, body)
	}
	var f networkFile
	if err := json.Unmarshal([]byte(body), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// Each column has a value for each organisation and tie, and what is counted agrees with the book.
func TestNetworkFile(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	f := networkData(t, s, "/network.json")
	v := snap.Network.View(network.Filter{})
	if len(f.ID) != len(v.Nodes) || len(f.A) != len(v.Pairs) {
		t.Fatalf("%d organisations and %d ties, want %d and %d", len(f.ID), len(f.A), len(v.Nodes), len(v.Pairs))
	}
	for name, n := range map[string]int{"name": len(f.Name), "role": len(f.Role), "sector": len(f.Sector), "x": len(f.X), "y": len(f.Y), "degree": len(f.Degree), "between": len(f.Between), "group": len(f.Group)} {
		if n != len(f.ID) {
			t.Errorf("column %s has %d values for %d organisations", name, n, len(f.ID))
		}
	}
	degree := make([]int, len(f.ID))
	for i := range f.A {
		degree[f.A[i]]++
		degree[f.B[i]]++
		if f.Kind[i] == 0 {
			t.Errorf("tie %d is of no kind", i)
		}
	}
	for i := range f.ID {
		if degree[i] != f.Degree[i] {
			t.Errorf("%s has %d ties in the file and says %d", f.ID[i], degree[i], f.Degree[i])
		}
		if f.X[i] < -500 || f.X[i] > 10500 || f.Y[i] < -500 || f.Y[i] > 10500 {
			t.Errorf("%s is drawn at %d, %d", f.ID[i], f.X[i], f.Y[i])
		}
	}
	ego := networkData(t, s, "/network.json?org="+url.QueryEscape(f.ID[0]))
	if ego.Focus != f.ID[0] || len(ego.ID) != f.Degree[0]+1 {
		t.Errorf("around %s are %d, want %d", f.ID[0], len(ego.ID), f.Degree[0]+1)
	}
}

// Under a filter every number is that of the filter: the picture, the table and the CSV agree.
func TestNetwork_filter(t *testing.T) {
	s := demoSite(t)
	whole, strong := networkData(t, s, "/network.json"), networkData(t, s, "/network.json?strength=strong")
	weak := networkData(t, s, "/network.json?strength=weak")
	if len(strong.A) == 0 || len(strong.A)+len(weak.A) != len(whole.A) {
		t.Errorf("%d strong and %d weak ties make %d", len(strong.A), len(weak.A), len(whole.A))
	}
	_, body, _ := get(t, s, "/network?format=csv&strength=strong")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows)-1 != len(strong.ID) {
		t.Fatalf("%d rows, want %d (%v)", len(rows)-1, len(strong.ID), err)
	}
	for i, row := range rows[1:] {
		if row[0] != strong.ID[i] || row[3] != fmt.Sprint(strong.Degree[i]) {
			t.Errorf("row %v, the picture has %s with %d", row, strong.ID[i], strong.Degree[i])
		}
	}
	_, body, _ = get(t, s, "/network?format=csv&table=ties")
	if rows, err = csv.NewReader(strings.NewReader(body)).ReadAll(); err != nil || len(rows) <= len(whole.A) {
		t.Errorf("%d spells of %d ties (%v)", len(rows)-1, len(whole.A), err)
	}
}

var whyForm = regexp.MustCompile(`href="(/why\?ref=[^"]*)"`)

// Every figure of every page of the network leads to its source.
func TestNetwork_everyFigureIsExplained(t *testing.T) {
	s := demoSite(t)
	seen, asked := map[string]bool{}, map[string]int{}
	for _, path := range append(networkPages, "/network?org="+networkData(t, s, "/network.json").ID[0]) {
		for _, m := range whyForm.FindAllStringSubmatch(page(t, s, path), -1) {
			ref := html.UnescapeString(m[1])
			kind, _, _ := strings.Cut(ref[len("/why?ref="):], "%2F")
			if seen[ref] || asked[kind+path] >= 2 { // a few of each kind on each page
				continue
			}
			seen[ref] = true
			asked[kind+path]++
			if status, body, _ := get(t, s, ref); status != http.StatusOK {
				t.Errorf("%s on %s: status %d\n%.300s", ref, path, status, body)
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d figures", len(seen))
	}
}

// Two that are joined have a chain with records; a pair in different parts has none and says so.
func TestNetworkPath(t *testing.T) {
	s := demoSite(t)
	f := networkData(t, s, "/network.json")
	v := served(t, s).Network.View(network.Filter{})
	m := v.Quick()
	best, far, apart := 0, -1, -1
	for i := range f.ID {
		if f.Degree[i] > f.Degree[best] {
			best = i
		}
	}
	for i := range f.ID {
		switch {
		case m.Component[i] != m.Component[best]:
			apart = i
		case i != best && v.Graph.Weight(i, best) == 0:
			far = i
		}
	}
	if far >= 0 {
		body := page(t, s, "/network/path?a="+f.ID[best]+"&b="+f.ID[far])
		if !strings.Contains(body, "steps apart") || !strings.Contains(body, `class="hop"`) {
			t.Error("the chain is not shown")
		}
	}
	if apart >= 0 {
		if body := page(t, s, "/network/path?a="+f.ID[best]+"&b="+f.ID[apart]); !strings.Contains(body, "No chain of ties on record") {
			t.Error("the page does not say that there is no chain")
		}
	}
	if status, _, _ := get(t, s, "/network/path?a="+f.ID[best]+"&b="+f.ID[best]); status != http.StatusBadRequest {
		t.Errorf("a path to itself: status %d", status)
	}
}

func TestNetworkExport(t *testing.T) {
	s := demoSite(t)
	v := served(t, s).Network.View(network.Filter{})
	for _, format := range []string{"graphml", "gexf"} {
		_, body, header := get(t, s, "/network/export?as="+format)
		nodes := 0
		d := xml.NewDecoder(strings.NewReader(body))
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "node" {
				nodes++
			}
		}
		if nodes != len(v.Nodes) || !strings.Contains(header.Get("Content-Disposition"), "."+format) {
			t.Errorf("%s: %d nodes, want %d; %s", format, nodes, len(v.Nodes), header.Get("Content-Disposition"))
		}
		if _, again, _ := get(t, s, "/network/export?as="+format); again != body {
			t.Errorf("%s: the same question gives other bytes", format)
		}
	}
	_, body, _ := get(t, s, "/network/export?as=csv")
	z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
	if err != nil || len(z.File) != 4 {
		t.Fatalf("%v", err)
	}
	r, err := z.File[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil || len(rows)-1 != v.Links {
		t.Errorf("%s: %d rows, want %d (%v)", z.File[1].Name, len(rows)-1, v.Links, err)
	}
	for _, row := range rows[1:] {
		if row[11] == "" {
			t.Errorf("tie %v has no record", row)
		}
	}
}

// The coverage table has as many anchors as there are drivers and cultivators, and its empty cells are listed.
func TestNetworkCoverage(t *testing.T) {
	s := demoSite(t)
	_, body, _ := get(t, s, "/network/coverage?by=role&format=csv")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	b, anchors := served(t, s).Network, 0
	for i := range b.Len() {
		if role := b.Node(i).Role; role == "driver" || role == "cultivator" {
			anchors++
		}
	}
	if len(rows)-2 != anchors {
		t.Errorf("%d anchors, want %d", len(rows)-2, anchors)
	}
	empty := 0
	for _, row := range rows[2:] {
		for _, cell := range row[4:] {
			if cell == "0" {
				empty++
			}
		}
	}
	_, body, _ = get(t, s, "/network/coverage?by=role&format=csv&table=gaps")
	gaps, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(gaps)-1 > empty || len(gaps) < 2 {
		t.Errorf("%d gaps of %d empty cells (%v)", len(gaps)-1, empty, err)
	}
}

// What takes long is begun, not waited for, and is there later; a view that was asked for before is not made again.
func TestNetLater(t *testing.T) {
	s := demoSite(t)
	snap := served(t, s)
	v := &netView{View: snap.Network.View(network.Filter{Strength: network.Strong}), key: "a test"}
	r := httptest.NewRequest(http.MethodGet, "/network", nil)
	begun, goOn := make(chan bool), make(chan bool)
	reckon := func(context.Context) (int, error) {
		begun <- true
		<-goOn
		return 42, nil
	}
	for range 3 { // two more visitors while it is under way
		if _, ok, err := netLater(s, r, snap, v, "answer", -1, reckon); ok || err != nil {
			t.Fatalf("it was waited for: %v, %v", ok, err)
		}
	}
	<-begun
	close(goOn)
	for {
		got, ok, err := netDone[int](v, "answer")
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			if got != 42 {
				t.Errorf("%d", got)
			}
			break
		}
		runtime.Gosched()
	}
	if got, ok, err := netLater(s, r, snap, v, "answer", -1, reckon); !ok || err != nil || got != 42 {
		t.Errorf("%d, %v, %v", got, ok, err)
	}
	if got, ok, err := netLater(s, r, snap, v, "at once", len(v.Pairs), func(context.Context) (string, error) { return "now", nil }); !ok || err != nil || got != "now" {
		t.Errorf("%q, %v, %v", got, ok, err)
	}
	ask := netAsk{filter: network.Filter{Strength: network.Strong}}
	ask.key = ask.filter.Key()
	if first, again := netViewOf(snap, ask), netViewOf(snap, ask); first != again {
		t.Error("the same filter makes another view")
	}
}

// The shelf lets go of the oldest views, never of the one just put.
func TestNetShelf(t *testing.T) {
	f := &netShelf{views: map[string]*netView{}}
	for i := range netKeptViews + 5 {
		f.put(&netView{View: &network.View{Pairs: make([]network.Pair, 1000)}, key: fmt.Sprint(i)})
	}
	if f.get("4") != nil || f.get("5") == nil || len(f.views) != netKeptViews || f.pairs != 1000*netKeptViews {
		t.Errorf("%d views, %d pairs", len(f.views), f.pairs)
	}
	f.put(&netView{View: &network.View{Pairs: make([]network.Pair, netKeptPairs+1)}, key: "huge"})
	if len(f.views) != 1 || f.get("huge") == nil {
		t.Errorf("%d views beside a huge one", len(f.views))
	}
}

func TestTopBy(t *testing.T) {
	list := make([]int, 200)
	for i := range list {
		list[i] = i * 37 % 20
	}
	places := make([]int, len(list))
	for i := range places {
		places[i] = i
	}
	less := func(a, b int) bool { return list[a] > list[b] }
	whole := topBy(places, len(places), less)
	for _, most := range []int{0, 1, 7, 24, 26, 200, 300} {
		if got := topBy(places, most, less); !slices.Equal(got, whole[:min(most, len(whole))]) {
			t.Errorf("the first %d: %v", most, got)
		}
	}
}
