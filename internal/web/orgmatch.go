package web

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"milieu/internal/link/name"
	"milieu/internal/live"
)

// How a text that names an organisation was understood.
const (
	matchedID   = "id"     // it is the id of an organisation, or of a record of one
	matchedName = "name"   // one organisation has that name
	matchedPick = "picked" // somebody chose
	matchedSome = "some"   // several organisations may be meant
	matchedNone = "none"   // no organisation is called so
)

// OrgMatch is what a text that names an organisation was taken for.
type OrgMatch struct {
	Text     string
	How      string
	ID, Name string // where one organisation is meant
	Options  []Choice
}

// Found says that one organisation is meant.
func (m OrgMatch) Found() bool { return m.ID != "" }

// pick takes somebody's choice among the options; a choice that is none of them changes nothing.
func (m OrgMatch) pick(id string) OrgMatch {
	m.Options = slices.Clone(m.Options) // those of the memo are everybody's
	for i := range m.Options {
		if m.Options[i].Current = m.Options[i].Value == id; m.Options[i].Current {
			m.How, m.ID, m.Name = matchedPick, id, m.Options[i].Label
		}
	}
	return m
}

const (
	optionsMost   = 8    // organisations that are offered for one text
	nearScore     = 0.3  // of names that are offered
	clearMargin   = 0.15 // by which the best name must lead the second
	wholeHits     = 20   // candidates by the whole name
	rareHits      = 30   // candidates by each of its rarest words
	mostMatchText = 300  // characters of a name that are read
)

// idsQuery finds which texts are ids of organisations or of records of theirs.
const idsQuery = `select t.text, o.org_id, o.name from (select unnest(string_split($1, chr(31))) as text) t
left join identity i on i.key = t.text join organisation o on o.org_id = coalesce(i.org_id, t.text)`

// matchOrgs says which organisations of the release texts name: by id, or else by the comparison of names that links
// records. A name counts where all words that tell bodies apart agree, and no other organisation has it as well.
func matchOrgs(ctx context.Context, snap *live.Snapshot, texts []string) (map[string]OrgMatch, error) {
	out := make(map[string]OrgMatch, len(texts))
	var ask []string
	for _, t := range texts {
		if _, known := out[t]; !known {
			out[t] = OrgMatch{Text: t, How: matchedNone}
			ask = append(ask, strings.ReplaceAll(t, "\x1f", " "))
		}
	}
	if len(ask) == 0 {
		return out, nil
	}
	rows, err := snap.DB.QueryContext(ctx, idsQuery, strings.Join(ask, "\x1f"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		m := OrgMatch{How: matchedID}
		if err := rows.Scan(&m.Text, &m.ID, &m.Name); err != nil {
			return nil, err
		}
		out[m.Text] = m
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for t, m := range out {
		if m.How == matchedNone {
			out[t] = matchName(snap, t)
		}
	}
	return out, ctx.Err()
}

// scored is an organisation whose name was compared.
type scored struct {
	id, name string
	score    float64
}

// matchName finds the organisation that a name is of.
func matchName(snap *live.Snapshot, text string) OrgMatch {
	m := OrgMatch{Text: text, How: matchedNone}
	found := orgsNamedNear(snap, text)
	for _, c := range found[:min(len(found), optionsMost)] {
		m.Options = append(m.Options, Choice{Value: c.id, Label: c.name})
	}
	if len(found) == 0 || found[0].score < name.Same {
		return m
	}
	if len(found) > 1 && found[1].score >= name.Same && found[0].score-found[1].score < clearMargin {
		m.How = matchedSome
		return m
	}
	m.How, m.ID, m.Name = matchedName, found[0].id, found[0].name
	m.Options[0].Current = true
	return m
}

// orgsNamedNear are organisations with a name near a text, the nearest first.
func orgsNamedNear(snap *live.Snapshot, text string) []scored {
	text = cutText(strings.TrimSpace(text), mostMatchText)
	if text == "" {
		return nil
	}
	read := name.Parse(text)
	known := map[string]bool{}
	var out []scored
	look := func(query string, most int) {
		for _, h := range snap.Search.Search(query, most).Hits {
			if known[h.Key] {
				continue
			}
			known[h.Key] = true
			other := name.Parse(h.Name)
			if s := name.Shipped().Compare(&read, &other).Score; s >= nearScore {
				out = append(out, scored{h.Key, h.Name, s})
			}
		}
	}
	look(text, wholeHits)
	for _, w := range read.RareWords(2) {
		look(w, rareHits)
	}
	slices.SortFunc(out, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.name, b.name), strings.Compare(a.id, b.id))
	})
	return out
}
