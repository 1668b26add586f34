package web

import (
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/report"
)

// SourcesPage says what the release is made of and what of it needs attention.
type SourcesPage struct {
	Base
	Finding        string
	Lede           report.Text
	Rows           []SourceRow
	Wanting        []SourceRow
	Total          evidence.Reading
	Tables         []evidence.Table
	Bytes          int64
	Stages         []StageRow
	Seconds        string
	Before         string // id of the release before
	BeforeDate     string
	Changed        []evidence.TableChange
	ChangedIn      []string // sources read differently
	Unresolved     []evidence.Unresolved
	UnresolvedN    int64
	UnresolvedMore int64
	CSV            string
}

// SourceRow is a source with what is of concern.
type SourceRow struct {
	evidence.ManifestSource
	Concerns []string
	NFiles   int
	Hash     string // of its file, or of the first of several
}

// StageRow is a step of the build.
type StageRow struct {
	Name, Inputs, Key string
	Rows              int64
}

const (
	unresolvedShown = 50
	rejectsShown    = 200
)

func sourceRow(m evidence.ManifestSource) SourceRow {
	row := SourceRow{ManifestSource: m, Concerns: evidence.Concerns(m), NFiles: len(m.Reading.Files)}
	if row.NFiles > 0 {
		row.Hash = shortHash(m.Reading.Files[0].SHA256)
	}
	return row
}

// shortHash is enough of a hash to tell files apart by eye.
func shortHash(sum string) string { return sum[:min(8, len(sum))] }

func (s *Server) sources(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	m := snap.Rel.Manifest
	if wantsCSV(r) {
		return sourcesCSV(w, m)
	}
	p := SourcesPage{Base: s.base(r, snap, "Sources", "/sources"), CSV: "/sources?format=csv", Tables: m.Tables, Seconds: strconv.FormatFloat(snap.Rel.Built.Seconds, 'f', 1, 64)}
	for _, src := range m.Sources {
		row := sourceRow(src)
		p.Rows = append(p.Rows, row)
		if len(row.Concerns) > 0 {
			p.Wanting = append(p.Wanting, row)
		}
		p.Total.Read += src.Reading.Read
		p.Total.Accepted += src.Reading.Accepted
		p.Total.Rejected += src.Reading.Rejected
		p.Total.Cells += src.Reading.Cells
	}
	for _, t := range m.Tables {
		p.Bytes += t.Bytes
	}
	for _, o := range m.Stages {
		p.Stages = append(p.Stages, StageRow{Name: o.Name, Inputs: strings.Join(o.Inputs, ", "), Key: shortHash(o.Key), Rows: o.Rows})
	}
	if old, ok := evidence.Previous(snap.WS, snap.Rel.ID); ok {
		p.Before, p.BeforeDate = old.ID, old.Built.Date()
		p.Changed, p.ChangedIn = evidence.Changes(old.Manifest, m)
	}
	type found struct {
		rows []evidence.Unresolved
		n    int64
	}
	u, err := live.Remember(&snap.Cache, "unresolved", func() (found, error) {
		rows, n, err := evidence.UnresolvedRecords(r.Context(), snap.DB, unresolvedShown)
		return found{rows, n}, err
	})
	if err != nil {
		return err
	}
	p.Unresolved, p.UnresolvedN, p.UnresolvedMore = u.rows, u.n, u.n-int64(len(u.rows))
	p.find()
	return s.render(w, r, "sources", p)
}

func (p *SourcesPage) find() {
	p.Finding = fmt.Sprintf("%d sources, all in order", len(p.Rows))
	switch n := len(p.Wanting); {
	case len(p.Rows) == 0:
		p.Finding = "This workspace has no sources yet"
	case n == 1:
		p.Finding = fmt.Sprintf("One of %d sources needs attention", len(p.Rows))
	case n > 1:
		p.Finding = fmt.Sprintf("%d of %d sources need attention", n, len(p.Rows))
	}
	p.Lede = report.Say("%v rows were read, %v accepted and %v rejected; %v cells could not be read and are empty. Nothing is edited on the way: a mistake is put right in the source and built again.",
		chart.Number(float64(p.Total.Read), 0), chart.Number(float64(p.Total.Accepted), 0), chart.Number(float64(p.Total.Rejected), 0), chart.Number(float64(p.Total.Cells), 0))
}

func sourcesCSV(w http.ResponseWriter, m evidence.Manifest) error {
	var rows [][]string
	for _, s := range m.Sources {
		for _, f := range s.Reading.Files {
			rows = append(rows, []string{s.ID, s.Type, s.Title, s.Publisher, s.Licence, s.Attribution, s.URL, s.Retrieved, strconv.Itoa(s.Reading.Read), strconv.Itoa(s.Reading.Accepted),
				strconv.Itoa(s.Reading.Rejected), strconv.Itoa(s.Reading.Cells), f.Name, strconv.FormatInt(f.Bytes, 10), strconv.Itoa(f.Rows), f.SHA256, strings.Join(evidence.Concerns(s), "; ")})
		}
	}
	return writeCSV(w, "sources", []string{"id", "type", "title", "publisher", "licence", "attribution", "url", "retrieved", "read", "accepted", "rejected", "empty_cells", "file", "bytes", "file_rows", "sha256", "concerns"}, rows)
}

// SourcePage is one source: its particulars, its files and what was not taken.
type SourcePage struct {
	Base
	S        SourceRow
	Options  []Option
	Rejects  []evidence.RejectRow
	More     int
	CSV      string
	Withheld bool // there are rejects, and the reader may not see them
}

// Option is a choice that the workspace made for a source.
type Option struct{ Name, Value string }

func (s *Server) source(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	id := r.PathValue("id")
	src, ok := snap.Rel.Manifest.Source(id)
	if !ok {
		return notFound("There is no source %q in this release.", id)
	}
	// What was not taken of decisions is what people wrote; visitors see how much it is.
	a := actorOf(r)
	withheld := snap.Rel.Manifest.OfDecisions(id) && !a.May(auth.ReadDecisions)
	if withheld && wantsCSV(r) {
		least, _ := auth.Least(auth.ReadDecisions)
		return &auth.DeniedError{Action: auth.ReadDecisions, Least: least, Signed: a.SignedIn()}
	}
	if wantsCSV(r) {
		return s.streamCSV(r.Context(), w, "rejects-"+id, []string{"file", "line", "whole_row", "column", "reason", "found"}, func(row func([]string) error) error {
			return evidence.EachReject(r.Context(), snap.DB, id, func(x evidence.RejectRow) error {
				return row([]string{x.File, strconv.Itoa(x.Line), strconv.FormatBool(x.Row), x.Column, x.Reason, x.Found})
			})
		})
	}
	p := SourcePage{Base: s.base(r, snap, src.Title, "/sources"), S: sourceRow(src), CSV: r.URL.Path + "?format=csv"}
	if def, ok := snap.WS.Source(id); ok {
		for name, v := range def.Options {
			p.Options = append(p.Options, Option{name, v})
		}
		sort.Slice(p.Options, func(a, b int) bool { return p.Options[a].Name < p.Options[b].Name })
	}
	if withheld {
		p.Withheld = src.Reading.Rejected+src.Reading.Cells > 0
		return s.render(w, r, "source", p)
	}
	var err error
	p.Rejects, err = live.Remember(&snap.Cache, "rejects "+id, func() ([]evidence.RejectRow, error) {
		return evidence.Rejects(r.Context(), snap.DB, id, rejectsShown)
	})
	if err != nil {
		return err
	}
	p.More = max(0, src.Reading.Rejected+src.Reading.Cells-len(p.Rejects))
	return s.render(w, r, "source", p)
}
