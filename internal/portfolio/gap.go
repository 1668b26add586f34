package portfolio

// Gap is something that the register does not hold of an intervention, and what it would be needed for.
type Gap struct {
	What, Why string
	Table     string // where it is added
	Field     string // of the intervention's own row, where Table is interventions
}

// Gaps lists what is not on record of an intervention, what matters most first. r is the register of the intervention
// alone (Register.Of). Nothing is filled in for what is missing: it is unknown, not nought.
func (i Intervention) Gaps(r Register) []Gap {
	var out []Gap
	need := func(lacks bool, g Gap) {
		if lacks {
			out = append(out, g)
		}
	}
	own := func(what, field, why string) Gap { return Gap{what, why, "interventions", field} }
	need(i.Problem == "", own("The problem it answers", "problem", "without it nobody can say when it has worked"))
	need(i.Problem != "" && i.ProblemURL == "", own("What shows the problem", "problem_url", "a problem that no page shows is an opinion"))
	need(!i.CostP.Valid && len(r.Costs) == 0, Gap{"What it costs", "without a cost it can neither be chosen nor appraised", "costs", ""})
	need(i.CostP.Valid && len(r.Costs) == 0, Gap{"Costs by year and funder", "only a total is stated; it is spread evenly over the years, which is assumed", "costs", ""})
	need(len(r.Outcomes) == 0, Gap{"Outputs and outcomes in numbers", "without them it cannot be appraised, and delivery cannot be compared with anything", "outcomes", ""})
	need(!i.Start.Valid, own("The year it begins", "start_year", "costs and benefits have no year without it"))
	need(i.Grade == "", own("The grade of its evidence", "grade", "a reader cannot tell what is shown from what is said"))
	need(i.EffectType == "", own("The nearest reviewed type of programme", "effect_type", "where no type fits, begin with an evaluation"))
	need(i.Lead == "", own("Who leads it", "lead", "nobody answers for it"))
	need(len(i.Partners) == 0, own("Partners", "partners", "whom it binds besides the lead"))
	need(i.Benefits == "", own("Whom it serves", "benefits", "it cannot be counted in the share of existing businesses"))
	need(i.Horizon == "", own("Its horizon", "horizon", "short-term wishes and long-term growth cannot be told apart"))
	need(len(r.Risks) == 0, Gap{"Risks", "none on record is not none", "risks", ""})
	need(len(r.Relations) == 0, Gap{"What it depends on or excludes", "none on record: it is planned as if it stood alone", "relations", ""})
	need(len(r.Delivery) == 0 && i.begun(), Gap{"Delivery", "it is under way or done, and nothing says how it goes", "delivery", ""})
	return out
}

// begun says that something has been or is being done.
func (i Intervention) begun() bool {
	switch i.Stage {
	case "approved", "in-delivery", "delivered", "ended", "paused":
		return true
	}
	return false
}
