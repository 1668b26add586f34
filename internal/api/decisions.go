package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
)

// decisionItem is what somebody decided about the evidence.
type decisionItem struct {
	ID      string            `json:"id"`
	Kind    string            `json:"kind"`
	Table   string            `json:"table"`
	Subject string            `json:"subject"`
	Fields  map[string]string `json:"fields"`
	Before  map[string]string `json:"before"`
	Reason  string            `json:"reason"`
	Source  *string           `json:"source"` // what shows it, as it was given
	Batch   *string           `json:"batch"`
	At      string            `json:"at"`
	By      person            `json:"by"`
	Holds   bool              `json:"holds"`
	Undone  *undone           `json:"undone"`
	State   *string           `json:"release_state"` // what became of it in the release; null: it is not in it
	WhyNot  *string           `json:"release_note"`
	Record  *record           `json:"record"`
	URL     string            `json:"url"`
}

// person is who decided. The name is null where there is no such account any more.
type person struct {
	ID   string  `json:"id"`
	Name *string `json:"name"`
}

type undone struct {
	At     string `json:"at"`
	By     person `json:"by"`
	Reason string `json:"reason"`
}

// decisionAnswer is one decision.
type decisionAnswer struct {
	Release  string       `json:"release"`
	Decision decisionItem `json:"decision"`
}

var decisionColumns = []string{"id", "kind", "table", "subject", "fields", "before", "reason", "shown_by", "batch", "at", "by_id", "by_name", "holds", "undone_at", "undone_by_id", "undone_by_name",
	"undone_reason", "release_state", "release_note", "source", "file", "line"}

func (d decisionItem) cells() ([]string, error) {
	fields, err := json.Marshal(d.Fields)
	if err != nil {
		return nil, err
	}
	before, err := json.Marshal(d.Before)
	if err != nil {
		return nil, err
	}
	row := []string{d.ID, d.Kind, d.Table, d.Subject, string(fields), string(before), d.Reason, cell(d.Source), cell(d.Batch), d.At, d.By.ID, cell(d.By.Name), strconv.FormatBool(d.Holds)}
	if d.Undone != nil {
		row = append(row, d.Undone.At, d.Undone.By.ID, cell(d.Undone.By.Name), d.Undone.Reason)
	} else {
		row = append(row, "", "", "", "")
	}
	row = append(row, cell(d.State), cell(d.WhyNot))
	if d.Record == nil {
		return append(row, "", "", ""), nil
	}
	return append(row, d.Record.cells()...), nil
}

func (s *Server) decisions(a *ask) error {
	f, w := decisionsAsked(a)
	if err := a.query.err(); err != nil {
		return err
	}
	found, total, err := s.cfg.Book.List(a.r.Context(), a.who, f)
	if err != nil {
		return err
	}
	items, err := s.decisionItems(a, found)
	if err != nil {
		return err
	}
	p := newPage[decisionItem](a, w, total)
	if a.format == asCSV {
		if a.r.Method != http.MethodHead {
			if err := s.cfg.Book.Exported(a.r.Context(), a.who, auth.ReadDecisions, "decisions", "csv", len(items)); err != nil {
				return err
			}
		}
		return s.table(a, w, p.Total, "decisions", decisionColumns, func(row func(...string) error) error {
			for _, d := range items {
				cells, err := d.cells()
				if err != nil {
					return err
				}
				if err := row(cells...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	p.Items = append(p.Items, items...)
	return a.send(p)
}

func decisionsAsked(a *ask) (decision.Filter, window) {
	var known []string
	for _, k := range decision.Kinds {
		known = append(known, string(k.Kind))
	}
	q, w := &a.query, a.window()
	return decision.Filter{Kind: decision.Kind(q.choice("kind", known...)), Table: q.text("table"), Subject: q.text("subject"), By: q.text("by"), State: q.choice("state", "holds", "undone"),
		Batch: q.text("batch"), Text: q.text("q"), Limit: w.limit, Offset: w.offset}, w
}

func (s *Server) decision(a *ask) error {
	seq, err := decision.ParseID(a.r.PathValue("id"))
	if err != nil {
		return decision.ErrNotFound
	}
	d, err := s.cfg.Book.One(a.r.Context(), a.who, seq)
	if err != nil {
		return err
	}
	items, err := s.decisionItems(a, []decision.Decision{d})
	if err != nil {
		return err
	}
	return a.send(decisionAnswer{a.snap.Rel.ID, items[0]})
}

// decisionItems adds to decisions, which the actor has been allowed to read, the names of
// who made them and what became of them in the release.
func (s *Server) decisionItems(a *ask, ds []decision.Decision) ([]decisionItem, error) {
	states, err := live.Remember(&a.snap.Cache, "api/decision-states", func() (map[string]evidence.DecisionState, error) {
		return evidence.DecisionStates(a.r.Context(), a.snap.DB)
	})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, d := range ds {
		ids = append(ids, d.By, d.UndoneBy)
	}
	slices.Sort(ids)
	names, err := s.cfg.Auth.Names(a.r.Context(), slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	who := func(id string) person { return person{id, optText(names[id])} }
	var out []decisionItem
	for _, d := range ds {
		i := decisionItem{ID: d.ID(), Kind: string(d.Kind), Table: d.Table, Subject: d.Subject, Fields: orEmpty(d.Fields), Before: orEmpty(d.Before), Reason: d.Reason, Source: optText(d.Source),
			Batch: optText(d.Batch), At: d.At, By: who(d.By), Holds: d.Holds(), URL: at("decisions", d.ID())}
		if !d.Holds() {
			i.Undone = &undone{d.UndoneAt, who(d.UndoneBy), d.UndoneReason}
		}
		if st, in := states[d.ID()]; in {
			i.State, i.WhyNot, i.Record = optText(st.State), optText(st.WhyNot), orNone(st.Record)
		}
		out = append(out, i)
	}
	return out, nil
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}
