package web

import (
	"context"
	"net/http"
	"net/url"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/delivery"
)

// deliveryRoutes lists the addresses of delivery.
func (s *Server) deliveryRoutes() {
	s.get("/delivery", auth.ReadPublic, s.deliveryPage)
	s.get("/delivery/{id}", auth.ReadPublic, s.deliveryOne)
}

// followRegister is what is kept of all interventions, read once a release.
func followRegister(r *http.Request, snap *live.Snapshot) (portfolio.Register, error) {
	return live.Remember(&snap.Cache, "register", func() (portfolio.Register, error) {
		return portfolio.ReadRegister(context.WithoutCancel(r.Context()), snap.DB)
	})
}

// followed is how interventions stand today, reckoned once a release and day.
func (s *Server) followed(r *http.Request, snap *live.Snapshot) (delivery.Report, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return delivery.Report{}, err
	}
	reg, err := followRegister(r, snap)
	if err != nil {
		return delivery.Report{}, err
	}
	day := s.cfg.Now().UTC()
	return live.Remember(&snap.Cache, "delivery?"+day.Format(delivery.Day), func() (delivery.Report, error) {
		return delivery.Reckon(all, reg, day), nil
	})
}

// addRow is a link by which somebody who decides adds a row of the register.
type addRow struct{ Label, Path string }

// addDelivery are the links to add reports of an intervention.
func addDelivery(id string) []addRow {
	set := "?f.intervention_id=" + url.QueryEscape(id) + "&f.kind="
	var out []addRow
	for _, k := range []addRow{{"status", portfolio.KindStatus}, {"spend", portfolio.KindSpend}, {"milestone", portfolio.KindMilestone}, {"output", portfolio.KindOutput},
		{"outcome", portfolio.KindOutcome}, {"evaluation", portfolio.KindEvaluation}} {
		out = append(out, addRow{k.Label, tablePath("delivery") + "/new" + set + k.Path})
	}
	return out
}
