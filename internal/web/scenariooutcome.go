package web

import (
	"net/http"
	"net/url"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/scenario"
	"milieu/internal/portfolio/scenario/outcome"
)

// outcomeOf reckons what the settings of an address come to on the release that is being served, and gives the address with
// every setting spelled out, so that it does not change when the workspace's defaults do. Settings that cannot be read are
// told in words.
func (s *Server) outcomeOf(r *http.Request, snap *live.Snapshot, kind scenario.Kind, address string) (string, outcome.Outcome, error) {
	u, err := url.Parse(address)
	if err != nil {
		return address, outcome.Outcome{}, badRequest("These settings cannot be read: keep them from the page that shows them.")
	}
	// The readers of settings take a request; this one has the address that was kept.
	at := r.Clone(r.Context())
	at.Method, at.URL, at.Form, at.PostForm = http.MethodGet, u, nil, nil
	var out outcome.Outcome
	switch kind {
	case scenario.Plan:
		address, out, err = s.planOutcome(at, snap)
	case scenario.Appraisal:
		address, out, err = s.appraisalOutcome(at, snap)
	case scenario.Sequence:
		address, out, err = s.sequenceOutcome(at, snap)
	case scenario.Workshop:
		out, err = s.workshopOutcome(at, snap)
	}
	out.Release, out.Built = snap.Rel.ID, snap.Rel.Built.Date()
	return address, out, err
}

func (s *Server) planOutcome(r *http.Request, snap *live.Snapshot) (string, outcome.Outcome, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return "", outcome.Outcome{}, err
	}
	ask, err := readAsk(r, snap, all)
	if err != nil {
		return "", outcome.Outcome{}, faultOfAsk(err)
	}
	p, err := s.solvePlan(r, snap, ask)
	if err != nil {
		return "", outcome.Outcome{}, faultOfAsk(err)
	}
	out := outcome.OfPlan(p)
	err = s.appraised(r, snap, ask, &out)
	return "/plan?" + askQuery(ask), out, err
}

// appraised adds what an appraisal makes of the interventions that were chosen.
func (s *Server) appraised(r *http.Request, snap *live.Snapshot, ask portfolio.Ask, out *outcome.Outcome) error {
	if len(out.Chosen) == 0 {
		return nil
	}
	set := appraisal.Of(ask)
	res, err := s.appraise(r, snap, set)
	if err != nil {
		return faultOfAsk(err)
	}
	var ids []string
	for _, i := range out.Chosen {
		ids = append(ids, i.ID)
	}
	t, err := res.Total(ids)
	if err != nil {
		return err
	}
	out.Measures = append(out.Measures, outcome.OfTotal(t, func(key string) string {
		return evidence.MakeRef(appraisal.TotalRef, []string{key}, append([]string{"ids", strings.Join(ids, ";")}, res.Settings.List()...)...)
	})...)
	return nil
}

func (s *Server) sequenceOutcome(r *http.Request, snap *live.Snapshot) (string, outcome.Outcome, error) {
	ask, set, err := s.readSequence(r, snap)
	if err != nil {
		return "", outcome.Outcome{}, faultOfAsk(err)
	}
	seq, _, err := s.makeSequence(r, snap, ask, set)
	if err != nil {
		return "", outcome.Outcome{}, faultOfAsk(err)
	}
	return sequencePath(ask, set), outcome.OfSequence(seq), nil
}

func (s *Server) appraisalOutcome(r *http.Request, snap *live.Snapshot) (string, outcome.Outcome, error) {
	ask, res, err := s.readAppraisal(r, snap)
	if err != nil {
		return "", outcome.Outcome{}, faultOfAsk(err)
	}
	q := appraisalQuery(res.Settings)
	if id := strings.TrimPrefix(r.URL.Path, "/appraisal/"); id != r.URL.Path {
		item, ok := res.Item(id)
		if !ok {
			return "", outcome.Outcome{}, notFound("There is no intervention %.60q in this release.", id)
		}
		return withQuery("/appraisal/"+url.PathEscape(id), q), outcome.OfItem(res, item), nil
	}
	in, err := s.readInputs(r.Context(), snap)
	if err != nil {
		return "", outcome.Outcome{}, err
	}
	ids, _ := appraisalChoice(in, ask)
	t, err := res.Total(ids)
	if err != nil {
		return "", outcome.Outcome{}, err
	}
	q.Set("regions", strings.Join(ask.Regions, ","))
	q.Set("stages", strings.Join(ask.Stages, ","))
	return withQuery("/appraisal", q), outcome.OfAppraisal(t, func(key string) string { return totalRef(key, ask, res.Settings) }), nil
}

// workshopOutcome reckons a workshop; the list of workshops comes to nothing.
func (s *Server) workshopOutcome(r *http.Request, snap *live.Snapshot) (outcome.Outcome, error) {
	id, err := url.PathUnescape(strings.TrimPrefix(r.URL.EscapedPath(), "/workshops/"))
	if err != nil || id == r.URL.Path {
		return outcome.Outcome{Finding: "All workshops"}, nil
	}
	kept, err := s.workshopBook().Get(r.Context(), actorOf(r), id)
	if err != nil {
		return outcome.Outcome{}, err
	}
	report, err := reckonWorkshop(r, snap, kept)
	return outcome.OfWorkshop(report), err
}
