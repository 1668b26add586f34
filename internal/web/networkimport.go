package web

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/decision"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/edgelist"
	"milieu/internal/sheet"
	"milieu/internal/tabular"
	"milieu/internal/typed"
)

// NetworkImportPage asks for an edge list or the answers to a survey.
type NetworkImportPage struct {
	Base
	Fault string
	Uses  []string // what columns may hold
}

// edgesTable is the name under which a list waits until its columns and names are understood; no table has it.
const edgesTable = "edge list"

func (s *Server) networkImport(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	return s.render(w, r, "networkimport", s.networkImportPage(r, snap))
}

func (s *Server) networkImportPage(r *http.Request, snap *live.Snapshot) NetworkImportPage {
	p := NetworkImportPage{Base: s.base(r, snap, "Bring a list of ties", "/network")}
	for _, u := range edgelist.UseOf {
		p.Uses = append(p.Uses, u.Label)
	}
	return p
}

// uploadEdges takes a list in. It is kept for the one who brought it, for a day.
func (s *Server) uploadEdges(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	name, data, err := uploaded(r)
	if err == nil {
		_, err = readList(r.Context(), data)
	}
	if err != nil {
		p := s.networkImportPage(r, snap)
		p.Fault = capital(err.Error()) + "."
		s.write(w, r, http.StatusUnprocessableEntity, "networkimport", p)
		return nil
	}
	id, err := s.cfg.Team.Book.Keep(r.Context(), actorOf(r), decision.Upload{Table: edgesTable, File: name, Content: data})
	if err != nil {
		return err
	}
	return see(w, r, "/network/import/"+id, "")
}

// edgeList is a table of any columns.
type edgeList struct {
	headers []string
	rows    []sheet.Row
	rejects []tabular.Reject
}

// readList reads a table whatever its columns are.
func readList(ctx context.Context, data []byte) (edgeList, error) {
	var l edgeList
	// No header is called so: the first reading only finds out which there are.
	first, err := sheet.Read(ctx, data, []tabular.Column{{Name: "none", Headers: []string{"\x01"}, Optional: true}})
	if err != nil {
		return l, err
	}
	var cols []tabular.Column
	for i, h := range first.Unused {
		if strings.TrimSpace(h) == "" {
			continue
		}
		l.headers = append(l.headers, h)
		cols = append(cols, tabular.Column{Name: "c" + strconv.Itoa(i), Headers: []string{h}, Optional: true})
	}
	if len(cols) < 2 {
		return l, errors.New("the first row names fewer than two columns; a list of ties needs one for each end, such as from and to")
	}
	t, err := sheet.Read(ctx, data, cols)
	l.rows, l.rejects = t.Rows, t.Rejects
	return l, err
}

// EdgesPage shows how a list was understood, before anything is made of it.
type EdgesPage struct {
	Base
	ID, File  string
	Finding   string
	Fault     string
	Uses      []EdgesUse
	Kinds     []EdgesKind
	Usual     []Choice
	Page      string // that shows the lines without one of their own
	Asked     []EdgesName
	Taken     []EdgesName
	Missing   []EdgesName
	Left      []edgelist.Left
	More      map[string]int // of each list that are not shown
	Ties      int
	Sample    []edgelist.Tie
	NeedsPage bool
}

// EdgesUse is a use with the columns from which one is chosen.
type EdgesUse struct {
	Key, Label string
	Choices    []Choice
}

// EdgesKind is what stands in the column of kinds, with the kind of tie that it is taken for.
type EdgesKind struct {
	Text, Field string
	N           int
	Choices     []Choice
}

// EdgesName is a text that names an organisation.
type EdgesName struct {
	OrgMatch
	Field string
	Lines []int // where it stands, the first of them
	N     int
}

// what a page of a list shows at most; all is taken none the less
const (
	edgesShown = 100
	kindsShown = 40
	linesShown = 3
)

// broughtEdges is a list with how it is understood.
type broughtEdges struct {
	decision.Upload
	edgeList
	columns edgelist.Columns
	rows    []edgelist.Row
	names   map[string]OrgMatch
	choices edgelist.Choices
	ties    []edgelist.Tie
	left    []edgelist.Left
}

func (s *Server) edgesPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, err := s.understand(r, snap, r.URL.Query())
	if err != nil {
		return err
	}
	return s.render(w, r, "edges", s.edges(r, snap, b))
}

// understand reads a list of this person by what was chosen; what was not chosen is guessed.
func (s *Server) understand(r *http.Request, snap *live.Snapshot, chosen url.Values) (broughtEdges, error) {
	var b broughtEdges
	var err error
	b.Upload, err = s.cfg.Team.Book.Upload(r.Context(), actorOf(r), r.PathValue("id"))
	if errors.Is(err, decision.ErrNotFound) || err == nil && b.Table != edgesTable {
		err = notFound("This list is no longer here: it is older than a day, or was somebody else's. Bring the file again.")
	}
	if err != nil {
		return b, err
	}
	if b.edgeList, err = readList(r.Context(), b.Content); err != nil {
		return b, err
	}
	b.columns, b.choices.Page = chosenColumns(b.headers, chosen), strings.TrimSpace(chosen.Get("page"))
	if b.columns.Fault() != "" {
		return b, nil
	}
	var texts []string
	for _, row := range b.edgeList.rows {
		x := b.columns.Read(row.Line, row.Cells)
		b.rows = append(b.rows, x)
		from, to := x.Ends()
		texts = append(texts, from, to)
	}
	texts = slices.DeleteFunc(texts, func(t string) bool { return t == "" })
	if b.names, err = knownNames(r, snap, b.Upload.ID, b.columns, texts); err != nil {
		return b, err
	}
	b.choose(chosen)
	b.ties, b.left = edgelist.Ties(b.rows, b.choices)
	for _, j := range b.rejects {
		b.left = append(b.left, edgelist.Left{Line: j.Line, Why: j.Reason, Text: j.Text})
	}
	slices.SortStableFunc(b.left, func(x, y edgelist.Left) int { return x.Line - y.Line })
	return b, nil
}

// knownNames looks the names of a list up, once for each choice of columns.
func knownNames(r *http.Request, snap *live.Snapshot, id string, c edgelist.Columns, texts []string) (map[string]OrgMatch, error) {
	return live.RememberSlow(r.Context(), &snap.Cache, fmt.Sprint("edges/", id, c[:edgelist.Kind]), func() (map[string]OrgMatch, error) { return matchOrgs(r.Context(), snap, texts) })
}

// chosenColumns are the columns that were chosen by number; where nothing was chosen, those that the headers tell.
func chosenColumns(headers []string, chosen url.Values) edgelist.Columns {
	c := edgelist.Guess(headers)
	for u, use := range edgelist.UseOf {
		if !chosen.Has("col." + use.Key) {
			continue
		}
		if i, err := strconv.Atoi(chosen.Get("col." + use.Key)); err == nil && i >= 0 && i < len(headers) {
			c[u] = i
		} else {
			c[u] = -1
		}
	}
	return c
}

// choose takes what was chosen for kinds, names and the page.
func (b *broughtEdges) choose(chosen url.Values) {
	b.choices = edgelist.Choices{Kinds: map[string]string{}, Usual: knownKind(chosen.Get("usual"), "linked"), Page: strings.TrimSpace(chosen.Get("page"))}
	for _, row := range b.rows {
		text := row.Cells[edgelist.Kind]
		if _, done := b.choices.Kinds[text]; done || text == "" {
			continue
		}
		b.choices.Kinds[text] = knownKind(chosen.Get(kindField(text)), edgelist.KindOf(text))
		if chosen.Get(kindField(text)) == usualKind {
			b.choices.Kinds[text] = ""
		}
	}
	picked := make(map[string]OrgMatch, len(b.names))
	for t, m := range b.names {
		switch said := chosen.Get(pickField(t)); {
		case said == leftOutChoice:
			m.How, m.ID = matchedPick, ""
		case said != "":
			m = m.pick(said)
		}
		picked[t] = m
	}
	b.names = picked
	b.choices.Org = func(text string) (string, string, bool) {
		m := picked[text]
		return m.ID, m.Name, m.Found()
	}
}

// usualKind is the choice that a line is of the usual kind.
const usualKind = "usual"

func kindField(text string) string { return "kind" + strings.TrimPrefix(pickField(text), "pick") }

// knownKind is a kind that was chosen, or else another one.
func knownKind(chosen, other string) string {
	key := strings.TrimPrefix(chosen, edgelist.Turned)
	if slices.ContainsFunc(network.Kinds(), func(k network.Kind) bool { return k.Key == key }) {
		return chosen
	}
	return other
}

// readEdges shows the list as it is understood by what was chosen, or hands it on to the import into the table of ties.
func (s *Server) readEdges(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, err := s.understand(r, snap, r.PostForm)
	if err != nil {
		return err
	}
	p := s.edges(r, snap, b)
	if r.PostForm.Get("do") != "go" || p.Fault != "" {
		return s.render(w, r, "edges", p)
	}
	switch {
	case len(b.ties) == 0:
		p.Fault = "No line of the list makes a tie."
	case p.NeedsPage && !typed.IsWeb(b.choices.Page):
		p.Fault = "Give the page that shows the ties, as a web address (https://…): some lines have none of their own, and no tie is kept without."
	}
	if p.Fault != "" {
		s.write(w, r, http.StatusUnprocessableEntity, "edges", p)
		return nil
	}
	data, err := b.table()
	if err != nil {
		return err
	}
	id, err := s.cfg.Team.Book.Keep(r.Context(), actorOf(r), decision.Upload{Table: "ties", File: b.File, Content: data})
	if err != nil {
		return err
	}
	return see(w, r, "/imports/"+id, "")
}

// table is the list as a file of the table of ties. Its rows stand in the lines that they have in the list, so that what
// cannot be taken is found there.
func (b *broughtEdges) table() ([]byte, error) {
	var out strings.Builder
	line := 1
	write := func(cells []string) error {
		w := csv.NewWriter(&out)
		clean := make([]string, len(cells))
		for i, c := range cells {
			clean[i] = strings.Join(strings.Fields(c), " ")
		}
		err := w.Write(clean)
		w.Flush()
		line++
		return errors.Join(err, w.Error())
	}
	if err := write(edgelist.Header); err != nil {
		return nil, err
	}
	for _, t := range b.ties {
		for ; line < t.Line; line++ {
			out.WriteByte('\n')
		}
		if err := write(t.Cells); err != nil {
			return nil, err
		}
	}
	return []byte(out.String()), nil
}
