// Package voices brings what surveys say into a release: it makes the lines of the source "voices" from the answers that are
// kept and the results that are reckoned of them, and reads them back from a release. Nothing of a firm enters without its
// consent, nothing of an anonymous or invented survey names one, and totals enter only as the results show them.
package voices

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/result"
)

// Level is the confidence of the intervals of demand: that of all results of surveys.
const Level = 0.95

// Reckon gives the results of a survey, with what must be hidden hidden.
type Reckon func(ctx context.Context, surveyID string) (result.Report, error)

// Lines are the statements that a build takes from the surveys that were let into releases, each once it is closed: of one that
// takes answers the difference of two releases would tell what one firm has said. A build is run for the workspace, not for
// a person. The order is fixed.
func Lines(ctx context.Context, b fieldwork.Book, reckon Reckon) ([]evidence.VoiceLine, error) {
	machine := auth.Machine(b.Workspace)
	all, err := b.Surveys(ctx, machine)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(x, y fieldwork.Survey) int {
		return strings.Compare(x.MadeAt+"\x00"+x.ID, y.MadeAt+"\x00"+y.ID)
	})
	var out []evidence.VoiceLine
	for _, s := range all {
		if !Ready(s) {
			continue
		}
		report, err := reckon(ctx, s.ID)
		if err != nil {
			return nil, fmt.Errorf("survey %s (%s), which was let into releases: %w", s.ID, s.Title, err)
		}
		out = append(out, Demand(s, report)...)
		if s.Level != survey.Attributable || s.Invented {
			continue
		}
		said, err := named(ctx, b, machine, s, report)
		if err != nil {
			return nil, fmt.Errorf("survey %s (%s): %w", s.ID, s.Title, err)
		}
		out = append(out, said...)
	}
	return out, nil
}

// Ready says that a build takes the survey now.
func Ready(s fieldwork.Survey) bool {
	return s.Evidence != "" && s.Published > 0 && s.State == fieldwork.Closed && !s.Withheld()
}

// Demand are the lines of what firms want done: of the questions on demand whose options are interventions, all firms and by
// group, as far as the results show them.
func Demand(s fieldwork.Survey, r result.Report) []evidence.VoiceLine {
	var out []evidence.VoiceLine
	seen := map[string]bool{}
	labels := map[string]string{}
	for _, g := range r.Breakdowns {
		labels[g.Key] = g.Label
	}
	for _, q := range r.Topic("demand") {
		if q.From != "interventions" {
			continue
		}
		add := func(grouping, category string, p result.Part) {
			for _, i := range p.Items {
				l, ok := demandLine(s, q.Question, i)
				if !ok {
					continue
				}
				l.Grouping, l.Category = grouping, category
				l.ID = lineID(s.ID, evidence.VoiceDemand, l.Measure, l.Subject, grouping, category)
				if !seen[l.ID] { // of two questions of one measure the first counts
					seen[l.ID] = true
					out = append(out, l)
				}
			}
		}
		add("", "", q.Whole)
		for _, g := range r.Breakdowns {
			for _, p := range q.By[g.Key] {
				add(labels[g.Key], p.Label, p)
			}
		}
	}
	return out
}

func demandLine(s fieldwork.Survey, q survey.Question, i result.Item) (evidence.VoiceLine, bool) {
	l := evidence.VoiceLine{Kind: evidence.VoiceDemand, SurveyID: s.ID, Survey: s.Title, Wave: s.Wave, Day: s.Evidence, Invented: s.Invented, Subject: i.Option, Topic: q.Topic, Question: q.Text, Text: i.Label,
		Level: Level, Base: i.N}
	scale := 1.0
	switch {
	case i.Hidden || i.Option == "" || i.Option == survey.OtherOption:
		return l, false
	case i.Measure == result.Points:
		l.Measure, scale = evidence.DemandPoints, 100
	case i.Measure == result.Share && q.Kind == survey.Rank:
		l.Measure = evidence.DemandRank
	case i.Measure == result.Share:
		l.Measure = evidence.DemandShare
	default:
		return l, false
	}
	within := func(v float64) float64 { return min(1, max(0, v/scale)) }
	l.Value = within(i.Value)
	l.Lower, l.Upper = min(l.Value, within(i.Lower)), max(l.Value, within(i.Upper))
	return l, true
}

// named are the lines of the firms that agreed to be named, and of the ties that firms agreed to have in the network.
func named(ctx context.Context, b fieldwork.Book, a auth.Actor, s fieldwork.Survey, r result.Report) ([]evidence.VoiceLine, error) {
	all, err := b.Responses(ctx, a, s.ID)
	if err != nil {
		return nil, err
	}
	instruments := map[int]survey.Instrument{}
	for _, x := range all {
		if _, ok := instruments[x.N]; !ok {
			if instruments[x.N], _, err = b.Instrument(ctx, s.ID, x.N); err != nil {
				return nil, err
			}
		}
	}
	show := nameable(all, r, instruments)
	slices.SortFunc(all, func(x, y fieldwork.Response) int { return strings.Compare(x.OrgID+"\x00"+x.ID, y.OrgID+"\x00"+y.ID) })
	var out []evidence.VoiceLine
	for _, x := range all {
		if x.OrgID == "" {
			continue
		}
		for _, q := range instruments[x.N].Questions() {
			if answer := x.Answers[q.ID]; answer.State == survey.Answered {
				out = append(out, statements(s, x, q, answer, show[answerKey{x.ID, q.ID}])...)
			}
		}
	}
	return out, nil
}

// statements are the lines of one answer of one firm; show says that it is shown with the firm's name.
func statements(s fieldwork.Survey, x fieldwork.Response, q survey.Question, a survey.Answer, show bool) []evidence.VoiceLine {
	day, _, _ := strings.Cut(x.DoneAt, "T")
	base := evidence.VoiceLine{SurveyID: s.ID, Survey: s.Title, Wave: s.Wave, Day: day, Key: x.OrgID, Topic: q.Topic, Question: q.Text}
	if base.Day == "" {
		base.Day = s.Evidence
	}
	var out []evidence.VoiceLine
	if q.Kind == survey.Organisations && x.Consent.Ties {
		out = append(out, ties(base, x, q, a)...)
	}
	if !show || q.Topic == "contact" || q.Kind == survey.Organisations && !x.Consent.Ties {
		return out
	}
	if words := InWords(q, a); words != "" {
		l := base
		l.Kind, l.Subject, l.Text, l.Chose = evidence.VoiceSaid, q.ID, words, strings.Join(chose(q, a), ";")
		l.ID = lineID(x.ID, l.Kind, q.ID)
		out = append(out, l)
	}
	if q.Topic == "skills" || q.Topic == "innovate" {
		out = append(out, needs(base, x, q, a)...)
	}
	return out
}

// ties are those to organisations that are found in the register. Names that are not found there stay in the answers: a name
// that somebody types may be a person's.
func ties(base evidence.VoiceLine, x fieldwork.Response, q survey.Question, a survey.Answer) []evidence.VoiceLine {
	var out []evidence.VoiceLine
	seen := map[string]bool{"": true, x.OrgID: true}
	for _, o := range a.Orgs {
		if seen[o.OrgID] {
			continue
		}
		seen[o.OrgID] = true
		l := base
		l.Kind, l.Other, l.Relation = evidence.VoiceTie, o.OrgID, q.Relation
		if kind, turned := strings.CutPrefix(q.Relation, "<"); turned {
			l.Key, l.Other, l.Relation = o.OrgID, x.OrgID, kind
		}
		if l.Relation == "" {
			l.Relation = "linked"
		}
		l.ID = lineID(x.ID, l.Kind, q.ID, o.OrgID)
		out = append(out, l)
	}
	return out
}

// needs are what a firm says it lacks: its choices and the words of its own. "None" is no need.
func needs(base evidence.VoiceLine, x fieldwork.Response, q survey.Question, a survey.Answer) []evidence.VoiceLine {
	var themes []string
	for _, c := range a.Choices {
		if o, ok := q.Option(c); ok && !o.Alone && c != survey.OtherOption {
			themes = append(themes, o.Label)
		}
	}
	if words := strings.TrimSpace(a.Other); words != "" {
		themes = append(themes, words)
	}
	var out []evidence.VoiceLine
	for k, theme := range themes {
		l := base
		l.Kind, l.Subject, l.Text = evidence.VoiceNeed, strings.ToLower(strings.ReplaceAll(theme, ";", ",")), q.Text+" "+theme
		l.ID = lineID(x.ID, l.Kind, q.ID, strconv.Itoa(k))
		out = append(out, l)
	}
	return out
}

// chose are the interventions that an answer chose, or gave any points.
func chose(q survey.Question, a survey.Answer) []string {
	if q.From != "interventions" {
		return nil
	}
	out := slices.Clone(a.Choices)
	for _, p := range a.Points {
		if p.Points > 0 {
			out = append(out, p.Option)
		}
	}
	return out
}

// lineID names a line by what it is about, the same in every build.
func lineID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "voice-" + hex.EncodeToString(sum[:8])
}
