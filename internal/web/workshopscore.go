package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/portfolio/workshop"
	"milieu/internal/typed"
)

// WorkshopScorePage is where people score options in one criterion.
type WorkshopScorePage struct {
	Base
	W         workshop.Workshop
	C         workshop.Criterion
	Here      string
	Anchors   string
	Rows      []ScoreRow
	FaultList []FaultLink
}

// ScoreRow is an option with its score as typed, or with what the evidence says.
type ScoreRow struct {
	N                     int
	Option, Name          string
	Value, Lo, Hi, Reason string
	Evidence              string // what evidence says; such rows are not scored
	Basis, Fault          string
}

// scorePage shows the scores that are kept.
func (s *Server) scorePage(r *http.Request, snap *live.Snapshot) (WorkshopScorePage, error) {
	kept, err := s.workshopBook().Get(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return WorkshopScorePage{}, err
	}
	c, ok := kept.Setup.Criterion(r.PathValue("criterion"))
	if !ok {
		return WorkshopScorePage{}, workshop.ErrNotFound
	}
	facts, err := workshopFacts(r, snap)
	if err != nil {
		return WorkshopScorePage{}, err
	}
	p := WorkshopScorePage{Base: s.base(r, snap, "Scores for "+c.Name, "/workshops"), W: kept, C: c, Here: workshopPath(kept.ID), Anchors: amountSay(c.Worst, c.Unit) + " is the worst anchor, " + amountSay(c.Best, c.Unit) + " the best"}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	for n, o := range kept.Setup.Options {
		row := ScoreRow{N: n, Option: o.ID, Name: o.Name}
		switch x := kept.Setup.Cell(facts, o, c); {
		case x.Known && !x.ByHand:
			row.Evidence, row.Basis = amountSay(x.Value, c.Unit), x.Basis
		case x.Known:
			row.Value, row.Reason = number(x.Value), x.Basis
			if x.Lo < x.Hi {
				row.Lo, row.Hi = number(x.Lo), number(x.Hi)
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func (s *Server) workshopScore(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.scorePage(r, snap)
	if err != nil {
		return err
	}
	return s.render(w, r, "workshopscore", p)
}

// keepScores keeps the scores of one criterion; a row without a value has no score.
func (s *Server) keepScores(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	p, err := s.scorePage(r, snap)
	if err != nil {
		return err
	}
	setup, faulty := p.sent(r, actorOf(r).PersonID)
	if !faulty {
		err = s.workshopBook().Change(r.Context(), actorOf(r), p.W.ID, version, setup, "scores for "+p.C.Name)
		var input *typed.InputError
		if !errors.As(err, &input) {
			if err != nil {
				return err
			}
			return see(w, r, p.Here+"/options", "kept")
		}
		p.FaultList = []FaultLink{{"main", capital(input.Error()) + "."}}
	}
	s.write(w, r, http.StatusUnprocessableEntity, "workshopscore", p)
	return nil
}

// sent reads the rows of the form into the page and makes a setup with them.
func (p *WorkshopScorePage) sent(r *http.Request, person string) (workshop.Setup, bool) {
	f, setup := r.PostForm, p.W.Setup
	setup.Scores = slices.DeleteFunc(slices.Clone(setup.Scores), func(x workshop.Score) bool {
		return x.Criterion == p.C.Key && slices.ContainsFunc(p.Rows, func(row ScoreRow) bool { return row.Option == x.Option && row.Evidence == "" })
	})
	for k := range p.Rows {
		row := &p.Rows[k]
		at := slices.Index(f["option"], row.Option)
		if row.Evidence != "" || at < 0 {
			if was, ok := p.W.Setup.Score(row.Option, p.C.Key); ok && row.Evidence == "" {
				setup.Scores = append(setup.Scores, was) // the form did not show it
			}
			continue
		}
		of := func(name string) string {
			if at < len(f[name]) {
				return strings.TrimSpace(f[name][at])
			}
			return ""
		}
		row.Value, row.Lo, row.Hi, row.Reason = of("value"), of("lo"), of("hi"), of("reason")
		if row.Value == "" && row.Lo == "" && row.Hi == "" && row.Reason == "" {
			continue
		}
		x, fault := row.score(p.C.Key)
		if fault != "" {
			row.Fault = fault
			p.FaultList = append(p.FaultList, FaultLink{"value-" + strconv.Itoa(row.N), row.Name + ": " + fault})
			continue
		}
		x.By = person
		if was, ok := p.W.Setup.Score(row.Option, p.C.Key); ok && was.Value == x.Value && was.Lo == x.Lo && was.Hi == x.Hi && was.Reason == x.Reason {
			x.By = was.By // who looks at a score has not given it
		}
		setup.Scores = append(setup.Scores, x)
	}
	return setup, len(p.FaultList) > 0
}

// score reads a row; a range needs both ends.
func (row ScoreRow) score(criterion string) (workshop.Score, string) {
	faults := typed.Faults{}
	x := workshop.Score{Option: row.Option, Criterion: criterion, Reason: row.Reason}
	switch {
	case row.Value == "":
		return x, "Give a value, or empty the row: what is not known stays open."
	case (row.Lo == "") != (row.Hi == ""):
		return x, "Give both the lowest and the highest value, or neither."
	case row.Reason == "":
		return x, "Say on what the score stands."
	}
	x.Value = typedNumber(faults, "value", row.Value)
	x.Lo, x.Hi = x.Value, x.Value
	if row.Lo != "" {
		x.Lo, x.Hi = typedNumber(faults, "lowest", row.Lo), typedNumber(faults, "highest", row.Hi)
	}
	if err := faults.Err(); err != nil {
		return x, capital(err.Error()) + "."
	}
	if x.Lo > x.Value || x.Value > x.Hi {
		return x, "The value does not lie between the lowest and the highest."
	}
	return x, ""
}
