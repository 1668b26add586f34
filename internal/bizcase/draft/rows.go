package draft

import (
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/bizcase"
)

// most that a draft writes of goals and steps: more is not read.
const (
	mostGoals = 6
	mostSteps = 5
)

// markTarget ends the title of a published figure that its source states as a target. One that was counted, or that is only read as a
// target, ends otherwise, and is no goal that anybody has set.
const markTarget = " (target)"

// goals are the published targets of the place: somebody has set them already, and people choose which the vision is measured by.
func (w *writer) goals() []bizcase.Goal {
	var out []bizcase.Goal
	for _, n := range w.names {
		title, target := strings.CutSuffix(n.Title, markTarget)
		if !target || n.Group != "targets" || n.Kind != "figure" || !strings.HasPrefix(n.Source, "indicator ") || len(out) == mostGoals {
			continue
		}
		out = append(out, bizcase.Goal{Name: title, Target: w.withUnit(n.Source), Evidence: "A target that its source states. Who answers for it, by when, and from what it begins is to be written."})
	}
	return out
}

// withUnit inserts a figure with the words of its unit behind it. Those that the figure shows itself are left out, and so are words with
// a number in them, which would be a number of the text.
func (w *writer) withUnit(name string) string {
	fig, _ := w.look(strings.Fields(name))
	if fig.Unit == "" || fig.Unit == "%" || strings.ContainsAny(fig.Unit, "0123456789{}") {
		return "{{" + name + "}}"
	}
	return "{{" + name + "}} " + fig.Unit
}

// logic is the plan as a picture: its money, what it does, and what that is to bring. Jobs are the result of those interventions alone
// that state some.
func (w *writer) logic() []bizcase.Step {
	if !w.planned() {
		return nil
	}
	money := bizcase.Step{ID: "money", Kind: "input", Text: "Public money still to come: {{plan cost}}", Assumes: "It is paid as stated."}
	jobs := bizcase.Step{ID: "jobs", Kind: "outcome", Text: "Net additional jobs over the whole life of what states some, if it works: {{appraised jobs-net}}"}
	other := bizcase.Step{ID: "result", Kind: "outcome", Text: "What the place gains, of which no number of jobs is stated: to be written"}
	stated, unstated := false, false
	var steps []bizcase.Step
	chosen, _ := strconv.Atoi(w.value("plan count")) // the names have them first
	for _, n := range w.names {
		id, ok := strings.CutPrefix(n.Source, "plan cost-of ")
		if !ok || len(steps) == min(mostSteps, chosen) || !w.has("{{intervention "+id+" name}}") {
			continue
		}
		step := bizcase.Step{ID: fmt.Sprintf("activity-%d", len(steps)+1), Kind: "activity", Text: "{{intervention " + id + " name}}", To: []string{other.ID}, Assumes: "To be written: what must hold for it to bring this."}
		if w.has("{{appraised jobs-net}} {{intervention " + id + " jobs-net}}") {
			step.To, stated = []string{jobs.ID}, true
		} else {
			unstated = true
		}
		money.To = append(money.To, step.ID)
		steps = append(steps, step)
	}
	if len(steps) == 0 {
		return nil
	}
	all := append([]bizcase.Step{money}, steps...)
	if stated {
		all = append(all, jobs)
	}
	if unstated {
		all = append(all, other)
	}
	return all
}

func (w *writer) messages() []bizcase.Message {
	var out []bizcase.Message
	add := func(audience, text, evidence string) {
		if w.has(text + evidence) {
			out = append(out, bizcase.Message{Audience: audience, Text: text, Evidence: evidence})
		}
	}
	add("Board", "Decide on what can be compared, and have the rest made comparable.", "{{plan count}} of {{plan options}} options make the plan; {{lacking any}} proposals that are not under way lack something.")
	add("Treasury", "What it costs and what it may bring are stated with their range, net beside gross.", w.treasury())
	add("Firms", "What is here already is the ground of the plan.", "{{organisations firm}} firms are on record, with {{ties}} ties.")
	add("Residents", "What the place is good at, and what is to be made of it.", "{{special 1 name}} has {{special 1 jobs}} jobs here.")
	return out
}

// treasury sets jobs beside the public cost of the whole life of what brings them, never beside the money still to come alone, and says
// of how many no jobs are known.
func (w *writer) treasury() string {
	s := "Over their whole life, what has passed included, the interventions of the plan cost the public {{appraised public-cost}} at present value. If they work they bring {{appraised jobs-net}} net additional jobs, beside {{appraised jobs-gross}} gross."
	if more := w.without(); more != "" {
		s += " " + more
	}
	return s
}

func (w *writer) claims() []bizcase.Claim {
	var out []bizcase.Claim
	add := func(c bizcase.Claim) {
		if w.has(c.Text + c.For + c.Against) {
			out = append(out, c)
		}
	}
	add(bizcase.Claim{Text: "{{special 1 name}} stands out here", Grade: "strong", For: "Its share of jobs is {{special 1 lq}} times that of the country it is compared with.",
		Against: "The interval is what official rounding allows; the sampling error of the survey comes on top."})
	add(bizcase.Claim{Text: "The organisations here work together", Grade: "moderate", For: "{{ties}} ties are on record; {{broker 1 name}} is tied to {{broker 1 degree}} others.",
		Against: "Funding, tenancies and memberships are counted too, and ties come from what is public: those of small firms are seen least."})
	add(bizcase.Claim{Text: "The plan brings jobs that would not have come anyway", Grade: "weak", For: "{{appraised jobs-net}} net if it works, by the usual allowances.",
		Against: "When the chance that it does not work is counted, {{appraised jobs-expected}}. The allowances are averages of other places."})
	if w.has("{{plan count}}") {
		add(bizcase.Claim{Text: "Firms want what is planned", Grade: "none", Against: "To be written from what firms say, once they have been asked."})
	}
	return out
}
