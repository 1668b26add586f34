package portfolio

import (
	"strings"
	"testing"

	"milieu/internal/evidence"
)

func asked(id, survey, day, measure, group string, value float64, invented bool) Asked {
	return Asked{intervention: id, SurveyID: survey, Survey: "Survey " + survey, Day: day, Measure: measure, Grouping: group, Value: value, Lo: value - 0.05, Hi: value + 0.05, Level: 0.95, Base: 40, Invented: invented}
}

// hearAll gives interventions what surveys came to, as Interventions does.
func hearAll(all []Intervention, list ...Asked) []Intervention {
	by := map[string][]Asked{}
	for _, a := range list {
		by[a.intervention] = append(by[a.intervention], a)
	}
	real, invented := listen(by, false), listen(by, true)
	for k := range all {
		all[k].Use.Ref = "demand/" + all[k].ID
		all[k].Demand = all[k].Use
		all[k].hear(by[all[k].ID], real, invented)
	}
	rank(all)
	return all
}

func users(ids ...string) []Intervention {
	var out []Intervention
	for _, id := range ids {
		out = append(out, Intervention{ID: id, Name: id, Use: Score{Known: true, Value: 0.4, Lo: 0.3, Hi: 0.5, Basis: "4 of 10 firms use it"}})
	}
	return out
}

// TestHear: the lens goes by one survey and one measure of it, the newest and most telling.
func TestHear(t *testing.T) {
	all := hearAll(users("tram", "fund", "park"),
		asked("tram", "old", "2025-05-01", evidence.DemandPoints, "", 0.9, false), asked("tram", "new", "2026-05-01", evidence.DemandShare, "", 0.8, false),
		asked("tram", "new", "2026-05-01", evidence.DemandPoints, "", 0.3, false), asked("fund", "new", "2026-05-01", evidence.DemandPoints, "", 0.6, false),
		asked("fund", "new", "2026-05-01", evidence.DemandPoints, "Size", 0.7, false), asked("park", "new", "2026-05-01", evidence.DemandRank, "", 0.5, false),
		asked("tram", "made", "2026-09-01", evidence.DemandPoints, "", 0.1, true))
	tram, fund, park := all[0], all[1], all[2]
	if !tram.Demand.Known || tram.Demand.Value != 0.3 || tram.Demand.Interval() != "95 %" || fund.Demand.Value != 0.6 || tram.DemandRank.Best != 2 || fund.DemandRank.Worst != 1 {
		t.Errorf("scores %+v %+v", tram.Demand, fund.Demand)
	}
	if park.Demand.Known || !strings.Contains(park.Demand.Basis, "did not ask about it") || !park.Use.Known {
		t.Errorf("one that the survey did not share out points to: %+v", park.Demand)
	}
	if len(tram.Asked) != 4 || tram.Invented.Known || len(Lenses(all)) != 2 {
		t.Error("invented answers are a lens beside real ones")
	}
	if h, ok := Heard(all, Demand); !ok || h.SurveyID != "new" || Short(all, Demand) != "Share of budget" || IntervalWords(all, Demand) != "95 %" || IntervalWords(all, Growth) != "90 %" {
		t.Errorf("heard %+v", h)
	}
	if !strings.Contains(Means(all, Demand), "share of a budget") || !strings.Contains(DemandSource(all), "40 answers") {
		t.Error(Means(all, Demand), DemandSource(all))
	}
}

// TestHear_invented: invented answers never stand for what firms want; they have a lens of their own, which says so.
func TestHear_invented(t *testing.T) {
	all := hearAll(users("tram", "fund"), asked("tram", "made", "2026-09-01", evidence.DemandPoints, "", 0.7, true))
	if all[0].Demand.Asked != nil || all[0].Demand.Value != 0.4 {
		t.Errorf("demand %+v", all[0].Demand)
	}
	if s := all[0].Score(Invented); !s.Known || s.Value != 0.7 || !strings.HasPrefix(s.Basis, evidence.InventedNote) || s.Ref != "invented/tram" {
		t.Errorf("%+v", s)
	}
	if len(Lenses(all)) != 3 || Short(all, Invented) != "Invented demand" || Short(all, Demand) != "Use now" || Means(all, Demand) == Means(all, Invented) {
		t.Error("the invented lens is not told apart")
	}
	if _, err := ParseLens(string(Invented)); err == nil {
		t.Error("a plan can be made of invented answers")
	}
}

// TestHear_none: without a survey all is as it was.
func TestHear_none(t *testing.T) {
	all := hearAll(users("tram"))
	if _, heard := Heard(all, Demand); heard || all[0].Demand.Value != 0.4 || all[0].Demand.Interval() != "90 %" || len(Lenses(all)) != 2 || !strings.Contains(DemandSource(all), "no survey") {
		t.Errorf("%+v", all[0].Demand)
	}
}
