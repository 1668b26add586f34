package interview

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/store"
	"milieu/internal/survey"
)

// Quote is what somebody said and agreed to have shown to everybody.
type Quote struct {
	Text           string
	OrgID, OrgName string   // "" where the firm is not to be named
	Day            string   // "" where the firm is not to be named
	Topics         []string // keys of survey.Topics, of the codes that it was given
	Codes          []string // labels of those codes
	Invented       bool     // of a survey with invented answers: nobody said it
}

// QuoteFilter narrows quotes; empty fields do not.
type QuoteFilter struct {
	Topic    string // key of survey.Topics
	SurveyID string // interviews in which that survey was asked; only so are those of invented surveys there
	OrgID    string // of a firm that is named
}

const quotesQuery = `select e.excerpt_id, e.text, e.permission, i.consent, i.org_id, i.org_name, i.day, i.survey_id, coalesce(s.invented, 0), coalesce(s.level, '')
from excerpt e join interview i on i.workspace = e.workspace and i.interview_id = e.interview_id
left join survey s on s.workspace = i.workspace and s.survey_id = i.survey_id
where e.workspace = $1 and e.erased_at = '' and i.erased_at = '' and e.permission <> 'none' and ($2 = '' or i.survey_id = $2) and ($3 = '' or i.org_id = $3)`

// Quotes are those on a topic, "" for all, for everybody. Their order says nothing of where they come from.
func (b Book) Quotes(ctx context.Context, topic string) ([]Quote, error) {
	return b.QuotesOf(ctx, QuoteFilter{Topic: topic})
}

// SaidIn are the words that a firm agreed to have quoted with its name, the newest first.
func (b Book) SaidIn(ctx context.Context, orgID string) ([]Quote, error) {
	if orgID == "" {
		return nil, nil
	}
	out, err := b.QuotesOf(ctx, QuoteFilter{OrgID: orgID})
	slices.SortStableFunc(out, func(a, b Quote) int { return strings.Compare(b.Day, a.Day) })
	return out, err
}

// QuotesOf are those that pass a filter, for everybody. A quote has a topic when at least half of those who coded it gave
// it a code of that topic.
func (b Book) QuotesOf(ctx context.Context, f QuoteFilter) ([]Quote, error) {
	var out []Quote
	err := b.DB.View(ctx, func(q store.Querier) error {
		book, err := codes(ctx, q, b.Workspace)
		if err != nil {
			return err
		}
		given, err := b.codings(ctx, q)
		if err != nil {
			return err
		}
		return store.Each(ctx, q, quotesQuery, []any{b.Workspace, f.SurveyID, f.OrgID}, func(scan func(...any) error) error {
			quote, id, err := scanQuote(scan)
			if err != nil || quote.Text == "" || quote.Invented && f.SurveyID == "" || f.OrgID != "" && quote.OrgID == "" {
				return err
			}
			for _, c := range agreed(given[id], book) {
				quote.Codes = append(quote.Codes, c.Label)
				if c.Topic != "" && !slices.Contains(quote.Topics, c.Topic) {
					quote.Topics = append(quote.Topics, c.Topic)
				}
			}
			if f.Topic == "" || slices.Contains(quote.Topics, f.Topic) {
				out = append(out, quote)
			}
			return nil
		})
	})
	slices.SortFunc(out, func(a, b Quote) int {
		return cmp.Or(strings.Compare(hash(a.Text), hash(b.Text)), strings.Compare(a.OrgID, b.OrgID))
	})
	return out, err
}

// scanQuote reads a quote with no more than what may be shown; the text is empty where nothing may.
func scanQuote(scan func(...any) error) (out Quote, id string, err error) {
	var p Permission
	var consent, of string
	var level survey.Level
	var invented int64
	if err := scan(&id, &out.Text, &p, &consent, &out.OrgID, &out.OrgName, &out.Day, &of, &invented, &level); err != nil {
		return Quote{}, "", err
	}
	c, err := decodeConsent(consent)
	if err != nil {
		return Quote{}, "", err
	}
	out.Invented = invented != 0
	switch allowed := p.Within(c.Quotes); {
	case allowed == NotQuoted, level == survey.Confidential: // whose promise is that only totals are shown
		return Quote{}, id, nil
	case allowed == Anonymous || out.Invented:
		out.OrgID, out.OrgName, out.Day = "", "", ""
	}
	return out, id, nil
}

// decodeConsent reads a consent; none at all allows nothing.
func decodeConsent(text string) (c Consent, err error) {
	if text == "" {
		return Consent{Quotes: NotQuoted}, nil
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return Consent{}, fmt.Errorf("consent of an interview: %w", err)
	}
	return c, nil
}

// hash orders quotes by their words alone.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
