package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/live"
)

// Whatever a page shows can be taken away with its source: charts as files by take=svg and take=csv with the chart's
// number on the page, tables by format=csv, which stays plain, and by cite=1 beside it as a ZIP of the table and a text
// that says where it is from. A comment line in the table itself would break what reads it.

// chartMark begins every chart of package chart that is large enough to be taken away.
const chartMark = `<svg xmlns="http://www.w3.org/2000/svg" class="chart"`

// addTakes writes the links for taking away behind each chart and each table's CSV of a page.
func addTakes(page []byte, r *http.Request) []byte {
	n := 0
	page = rewrite(page, chartMark, "</svg>", func(svg []byte) string {
		n++
		to := func(kind string) string {
			return html.EscapeString("?" + with(r.URL.Query(), "take", kind, "chart", strconv.Itoa(n)))
		}
		return string(svg) + `<span class="takes"><a class="take" href="` + to("svg") + `" data-take>SVG</a><a class="take" href="` + to("csv") + `">CSV</a></span>`
	})
	return rewrite(page, `<a class="take" href="`, "</a>", func(link []byte) string {
		address, _, _ := strings.Cut(string(link[len(`<a class="take" href="`):]), `"`)
		if !strings.Contains(address, "format=csv") {
			return string(link)
		}
		return `<span>` + string(link) + ` <a class="take" href="` + address + `&amp;cite=1" title="The table and a text that says where it is from, as a ZIP">with source</a></span>`
	})
}

// rewrite puts what with makes of it in the place of each piece of the page from open to its end.
func rewrite(page []byte, open, end string, with func([]byte) string) []byte {
	var out bytes.Buffer
	for {
		i := bytes.Index(page, []byte(open))
		if i < 0 {
			break
		}
		j := bytes.Index(page[i:], []byte(end))
		if j < 0 {
			break
		}
		j += i + len(end)
		out.Write(page[:i])
		out.WriteString(with(page[i:j]))
		page = page[j:]
	}
	if out.Len() == 0 {
		return page
	}
	out.Write(page)
	return out.Bytes()
}

// with is a query with some keys set and the rest kept, but for what only this answer has.
func with(q url.Values, pairs ...string) string {
	v := url.Values{}
	for k, list := range q {
		if k != "said" {
			v[k] = list
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

// paged is every page: it has a Base.
type paged interface{ page() Base }

func (b Base) page() Base { return b }

// writeTake answers for one chart of a rendered page.
func writeTake(w http.ResponseWriter, r *http.Request, page []byte, data any) error {
	q := r.URL.Query()
	kind, number := q.Get("take"), q.Get("chart")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || kind != "svg" && kind != "csv" {
		return badRequest("A chart is taken away by take=svg or take=csv and its number on the page, as in take=svg&chart=1.")
	}
	var svg string
	rewrite(page, chartMark, "</svg>", func(b []byte) string {
		if n--; n == 0 {
			svg = string(b)
		}
		return ""
	})
	c, ok := findChart(reflect.ValueOf(data), svg, 0)
	if svg == "" || !ok {
		return notFound("This page has no chart number %s.", number)
	}
	var b Base
	if p, ok := data.(paged); ok {
		b = p.page()
	}
	name := evidence.Slug(c.Title)
	if len(name) > 60 {
		name = name[:60]
	}
	if name = strings.Trim(name, "-"); name == "" {
		name = "chart-" + number
	}
	if kind == "csv" {
		// Where the page says that answers are invented, so does the file.
		header, rows := noted(bytes.Contains(page, []byte(evidence.InventedNote)), c.Table.Header, c.Table.Plain())
		return writeCSV(w, name, header, rows)
	}
	file, err := chart.File(c.SVG, "", b.source(address(r, "take", "chart")).lines())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".svg"))
	_, err = io.WriteString(w, file)
	return err
}

// findChart looks through a page's fields for the chart that has been drawn.
func findChart(v reflect.Value, svg string, depth int) (chart.Chart, bool) {
	if depth > 8 {
		return chart.Chart{}, false
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return findChart(v.Elem(), svg, depth+1)
		}
	case reflect.Struct:
		if c, ok := asChart(v); ok {
			return c, c.SVG == svg
		}
		for i := range v.NumField() {
			if c, ok := findChart(v.Field(i), svg, depth+1); ok {
				return c, true
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if c, ok := findChart(v.Index(i), svg, depth+1); ok {
				return c, true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if c, ok := findChart(it.Value(), svg, depth+1); ok {
				return c, true
			}
		}
	}
	return chart.Chart{}, false
}

func asChart(v reflect.Value) (chart.Chart, bool) {
	if v.Type() != reflect.TypeFor[chart.Chart]() || !v.CanInterface() {
		return chart.Chart{}, false
	}
	c, ok := v.Interface().(chart.Chart)
	return c, ok
}

// sourceNote says where something that was taken away is from.
type sourceNote struct {
	Place   string       `json:"place"`
	Release string       `json:"release"`
	Built   string       `json:"built"`
	Address string       `json:"address"`
	Method  string       `json:"method,omitempty"`
	Sources []sourceCite `json:"sources"`
}

type sourceCite struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Publisher   string `json:"publisher,omitempty"`
	Licence     string `json:"licence,omitempty"`
	Attribution string `json:"attribution,omitempty"`
	URL         string `json:"url,omitempty"`
	Retrieved   string `json:"retrieved,omitempty"`
}

// address is that of the page without some keys.
func address(r *http.Request, without ...string) string {
	q := r.URL.Query()
	for _, k := range without {
		q.Del(k)
	}
	if len(q) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + lightly.Replace(q.Encode())
}

// lightly undoes the escapes that a query does not need.
var lightly = strings.NewReplacer("%3A", ":", "%2F", "/", "%2C", ",")

// source is the note for what the page shows: the sources that it names in From, or all of the release.
func (b Base) source(address string) sourceNote {
	note := sourceNote{Place: b.PlaceName, Release: b.Release, Built: b.Built, Address: address, Method: b.Method, Sources: []sourceCite{}}
	from := map[string]bool{}
	for _, id := range b.From {
		from[id] = true
	}
	for _, s := range b.cited {
		if len(from) == 0 || from[s.ID] {
			note.Sources = append(note.Sources, sourceCite{s.ID, s.Title, s.Publisher, s.Licence, s.Attribution, s.URL, s.Retrieved})
		}
	}
	return note
}

// lines is the note as text, a paragraph a line.
func (n sourceNote) lines() []string {
	out := []string{fmt.Sprintf("%s. Release %s of %s, %s.", n.Place, n.Release, n.Built, n.Address)}
	if n.Method != "" {
		out = append(out, "Method: "+strings.TrimSuffix(n.Method, ".")+".")
	}
	var thanks []string
	said := map[string]bool{}
	for _, s := range n.Sources {
		if s.Attribution != "" && !said[s.Attribution] {
			said[s.Attribution] = true
			thanks = append(thanks, strings.TrimSuffix(s.Attribution, ".")+".")
		}
	}
	if len(n.Sources) > 0 {
		out = append(out, "Sources: "+strings.Join(n.cites(), "; ")+".")
	}
	if len(thanks) > 0 {
		out = append(out, strings.Join(thanks, " "))
	}
	return out
}

// cites are the titles, those of one publisher under one licence together.
func (n sourceNote) cites() []string {
	var keys []string
	titles := map[string][]string{}
	for _, s := range n.Sources {
		var by []string
		for _, part := range []string{s.Publisher, strings.Replace(s.Licence, "Open Government Licence", "OGL", 1)} {
			if part != "" {
				by = append(by, part)
			}
		}
		key, title := strings.Join(by, ", "), orText(s.Title, s.ID)
		if titles[key] == nil {
			keys = append(keys, key)
		}
		if !slices.Contains(titles[key], title) {
			titles[key] = append(titles[key], title)
		}
	}
	var out []string
	for _, key := range keys {
		text := strings.Join(titles[key], ", ")
		if key != "" {
			text += " (" + key + ")"
		}
		out = append(out, text)
	}
	return out
}

// text is the note as a file of its own.
func (n sourceNote) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nRelease %s, built %s\nPage: %s\n", n.Place, n.Release, n.Built, n.Address)
	if n.Method != "" {
		fmt.Fprintf(&b, "Method: %s\n", n.Method)
	}
	b.WriteString("Methods are described in doc/METHODS.md; `milieu why REF` leads from a figure to its lines.\n\nSources\n")
	for _, s := range n.Sources {
		fmt.Fprintf(&b, "\n%s\n  id: %s\n", orText(s.Title, s.ID), s.ID)
		for _, f := range [][2]string{{"publisher", s.Publisher}, {"licence", s.Licence}, {"attribution", s.Attribution}, {"address", s.URL}, {"retrieved", s.Retrieved}} {
			if f[1] != "" {
				fmt.Fprintf(&b, "  %s: %s\n", f[0], f[1])
			}
		}
	}
	return b.String()
}

// citing serves a table with its source: what the handler writes as CSV becomes the first file of a ZIP, the note the
// second. Everything else passes as it is.
func (s *Server) citing(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
		if !wantsCSV(r) || r.URL.Query().Get("cite") != "1" {
			return h(w, r, snap)
		}
		z := &zippedTable{ResponseWriter: w}
		if err := h(z, r, snap); err != nil || z.entry == nil {
			return err
		}
		f, err := z.zip.Create("source.txt")
		if err == nil {
			_, err = io.WriteString(f, s.base(r, snap, "", "").source(address(r, "format", "cite")).text())
		}
		if err == nil {
			err = z.zip.Close()
		}
		if err != nil { // half a file is on its way already
			panic(http.ErrAbortHandler)
		}
		return nil
	}
}

// zippedTable writes what is CSV into a ZIP.
type zippedTable struct {
	http.ResponseWriter
	zip   *zip.Writer
	entry io.Writer
	begun bool
}

func (z *zippedTable) WriteHeader(status int) {
	if z.begun {
		return
	}
	z.begun = true
	h := z.Header()
	if status == http.StatusOK && strings.HasPrefix(h.Get("Content-Type"), "text/csv") {
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", strings.Replace(h.Get("Content-Disposition"), ".csv", ".zip", 1))
		z.zip = zip.NewWriter(z.ResponseWriter)
		z.entry, _ = z.zip.Create("table.csv") // a first entry of a plain name does not fail
	}
	z.ResponseWriter.WriteHeader(status)
}

func (z *zippedTable) Write(b []byte) (int, error) {
	z.WriteHeader(http.StatusOK)
	if z.entry != nil {
		return z.entry.Write(b)
	}
	return z.ResponseWriter.Write(b)
}

// writeGeo sends features as GeoJSON with a member "source" that says where they are from; left is what was left out,
// in words, or "".
func (s *Server) writeGeo(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, name string, features []geo.Feature, left string) error {
	note := s.base(r, snap, "", "").source(address(r))
	text, err := json.Marshal(struct {
		sourceNote
		LeftOut string `json:"left_out,omitempty"`
	}{note, left})
	if err != nil {
		return err
	}
	data := geo.AppendFeatureCollection(nil, features)
	data = bytes.Replace(data, []byte(`"features":[`), append(append([]byte(`"source":`), text...), `,"features":[`...), 1)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".geojson"))
	return writeGeoJSON(w, data)
}
