// Package draft writes the first text of a case for investment from what is known of a place and a plan: the order of the five
// cases, each number as an insertion, and a gap with the person who owes it wherever something is not known. It writes no number and
// reckons nothing; what it writes is for people to change.
package draft

import (
	"context"
	"fmt"

	"milieu/internal/bizcase"
)

// Opts is what the draft cannot know from the facts.
type Opts struct {
	Stage           bizcase.Stage // empty: outline
	Plan            string        // settings, as bizcase.Content.Plan
	Title, Subtitle string        // empty title: one is made of Place
	Owner           string        // who owes what nobody else is named for
	Place           string        // as prose calls the place; empty: "this place"
	Area, Reference string        // of the employment table, as people call them; empty where there are none
}

// Write makes the content of a case. Every insertion of it is one that the facts name now, so that the draft has nothing broken.
func Write(ctx context.Context, f bizcase.Facts, o Opts) (bizcase.Content, error) {
	names, err := f.Names(ctx)
	if err != nil {
		return bizcase.Content{}, fmt.Errorf("draft a case: %w", err)
	}
	w := newWriter(ctx, f, names, o)
	c := w.content()
	if w.err != nil {
		return bizcase.Content{}, fmt.Errorf("draft a case: %w", w.err)
	}
	return c, nil
}
