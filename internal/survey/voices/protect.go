package voices

import (
	"slices"

	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/result"
)

// answerKey is an answer: of which response, to which question.
type answerKey struct{ response, question string }

// nameable says which answers may be shown with the firm's name. A firm that agreed to be named does not agree for the others:
// what the totals say of a group less what its named firms say is what the rest said. So of those that answered a question,
// in all firms and in every group that the results tell apart, those who are not named must be none, or so many and of such
// answers that totals over them alone could be published (result.Tellable); where not, none of the group is named there. Firms
// that fall out by that make the rest larger in other groups, so it is done until nothing changes. Answers that are in no total (words, organisations, firms that were not drawn) need
// only consent.
func nameable(all []fieldwork.Response, r result.Report, instruments map[int]survey.Instrument) map[answerKey]bool {
	show := map[answerKey]bool{}
	for _, x := range all {
		for _, q := range instruments[x.N].Questions() {
			show[answerKey{x.ID, q.ID}] = x.Consent.Named && x.OrgID != "" && x.Answers[q.ID].State == survey.Answered
		}
	}
	for _, q := range r.Questions {
		if len(q.Whole.Items) == 0 {
			continue
		}
		counted := slices.DeleteFunc(slices.Clone(all), func(x fieldwork.Response) bool {
			was, ok := instruments[x.N].Find(q.ID)
			return x.UnitID == "" || !ok || !was.Same(q.Question) || x.Answers[q.ID].State != survey.Answered
		})
		said := map[string]survey.Answer{}
		for _, x := range counted {
			said[x.ID] = x.Answers[q.ID]
		}
		withhold(q.Question, groupsOf(counted, r, instruments), said, r.Threshold, show)
	}
	return show
}

// withhold takes the names from a question's answers in groups of which what the others said would be told.
func withhold(q survey.Question, groups [][]string, said map[string]survey.Answer, threshold int, show map[answerKey]bool) {
	for changed := true; changed; {
		changed = false
		for _, members := range groups {
			var rest []survey.Answer
			for _, id := range members {
				if !show[answerKey{id, q.ID}] {
					rest = append(rest, said[id])
				}
			}
			if len(rest) == 0 || len(rest) == len(members) || result.Tellable(q, rest, threshold) {
				continue
			}
			for _, id := range members {
				show[answerKey{id, q.ID}] = false
			}
			changed = true
		}
	}
}

// groupsOf are the responses of all firms, of every group of a breakdown, and of those that are in none of its groups: what
// all said less what its groups said is what these did.
func groupsOf(all []fieldwork.Response, r result.Report, instruments map[int]survey.Instrument) [][]string {
	var whole []string
	for _, x := range all {
		whole = append(whole, x.ID)
	}
	out := [][]string{whole}
	for _, b := range r.Breakdowns {
		in := map[string][]string{}
		for _, x := range all {
			key := category(x, b.Key, instruments[x.N])
			switch shown := func(k string) bool {
				return slices.ContainsFunc(b.Groups, func(g result.Group) bool { return g.Key == k })
			}; {
			case shown(key):
			case key != "" && shown(result.Together):
				key = result.Together
			default:
				key = inNone
			}
			in[key] = append(in[key], x.ID)
		}
		for _, g := range b.Groups {
			out = append(out, in[g.Key])
		}
		out = append(out, in[inNone])
	}
	return out
}

// inNone is the key of those that are in no group of a breakdown.
const inNone = "\x00"

// category is where a response stands in a breakdown.
func category(x fieldwork.Response, breakdown string, in survey.Instrument) string {
	if breakdown != result.Arrival {
		return x.Groups[breakdown]
	}
	for _, q := range in.Questions() {
		if q.Topic == "arrival" && q.Kind == survey.Single && len(x.Answers[q.ID].Choices) == 1 {
			return x.Answers[q.ID].Choices[0]
		}
	}
	return ""
}
