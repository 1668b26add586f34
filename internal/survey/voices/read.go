package voices

import (
	"context"
	"fmt"

	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Said is one answer of a firm that agreed to be named, as a release has it.
type Said struct {
	ID, OrgID, OrgName string
	SurveyID, Survey   string
	Wave, Day          string
	Question, Topic    string
	QuestionID, Answer string
	Ref                string // of the record
}

const saidColumns = `select voice_id, org_id, org_name, survey_id, survey, wave, coalesce(day::varchar, ''), question, topic, question_id, answer from voice `

// SaidBy reads what an organisation said, survey by survey, the newest first.
func SaidBy(ctx context.Context, q lake.Querier, orgID string) ([]Said, error) {
	return said(ctx, q, saidColumns+`where org_id = $1 order by day desc, survey_id, file, line`, orgID)
}

// SaidOf reads the firms that agreed to be named and chose an intervention, by survey and name.
func SaidOf(ctx context.Context, q lake.Querier, intervention string) ([]Said, error) {
	return said(ctx, q, saidColumns+`where list_contains(string_split(chose, ';'), $1) order by day desc, survey_id, org_name, voice_id`, intervention)
}

func said(ctx context.Context, q lake.Querier, query string, args ...any) ([]Said, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("what firms said: %w", err)
	}
	defer rows.Close()
	var out []Said
	for rows.Next() {
		var s Said
		if err := rows.Scan(&s.ID, &s.OrgID, &s.OrgName, &s.SurveyID, &s.Survey, &s.Wave, &s.Day, &s.Question, &s.Topic, &s.QuestionID, &s.Answer); err != nil {
			return nil, fmt.Errorf("what firms said: %w", err)
		}
		s.Ref = evidence.MakeRef("said", []string{s.ID})
		out = append(out, s)
	}
	return out, rows.Err()
}

// Explainers explain said/ID: what a firm said, with its line in the release.
func Explainers() evidence.Explainers { return evidence.Explainers{"said": whySaid} }

func whySaid(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) != 1 {
		return evidence.Chain{}, evidence.BadRef("write it as said/ID")
	}
	list, err := said(ctx, q, saidColumns+`where voice_id = $1`, r.Args[0])
	if err != nil {
		return evidence.Chain{}, err
	}
	if len(list) == 0 {
		return evidence.Chain{}, fmt.Errorf("what a firm said, %s: %w", r.Args[0], evidence.ErrNoFigure)
	}
	c := evidence.Chain{Title: list[0].OrgName + ": " + list[0].Question, Value: list[0].Answer, How: fmt.Sprintf("said in the survey “%s” on %s, where the firm agreed that its answers are shown with its name", list[0].Survey, list[0].Day), Method: "survey results"}
	c.Records, err = evidence.Records(ctx, q, "select source, file, line from voice where voice_id = $1", r.Args[0])
	return c, err
}
