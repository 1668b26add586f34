package evidence

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"milieu/internal/lake"
)

// Ref names a figure or fact: a kind, what it is about, and settings, as in
// lq/south-yorkshire/25/2021 or plan/cost?lens=growth&budget=100000000.
type Ref struct {
	Kind string
	Args []string
	Set  url.Values
}

// MakeRef writes a reference; settings come as name, value pairs.
func MakeRef(kind string, args []string, settings ...string) string {
	parts := []string{kind}
	for _, a := range args {
		parts = append(parts, url.PathEscape(a))
	}
	s := strings.Join(parts, "/")
	if len(settings) == 0 {
		return s
	}
	v := url.Values{}
	for i := 0; i+1 < len(settings); i += 2 {
		v.Set(settings[i], settings[i+1])
	}
	return s + "?" + v.Encode()
}

// ParseRef reads a reference.
func ParseRef(s string) (Ref, error) {
	path, query, _ := strings.Cut(s, "?")
	set, err := url.ParseQuery(query)
	if err != nil {
		return Ref{}, BadRef("reference %q: %v", s, err)
	}
	parts := strings.Split(path, "/")
	r := Ref{Kind: parts[0], Set: set}
	for _, p := range parts[1:] {
		a, err := url.PathUnescape(p)
		if err != nil {
			return Ref{}, BadRef("reference %q: %v", s, err)
		}
		r.Args = append(r.Args, a)
	}
	if r.Kind == "" {
		return Ref{}, BadRef("reference %q names no kind", s)
	}
	return r, nil
}

// ErrNoFigure says that a reference leads to nothing in this release.
var ErrNoFigure = errors.New("the release has no such figure or fact")

// RefError says what is wrong with a reference: it is the asker's to mend.
type RefError struct{ Msg string }

func (e *RefError) Error() string { return e.Msg }

// BadRef makes a RefError.
func BadRef(format string, args ...any) error { return &RefError{fmt.Sprintf(format, args...)} }

// Explainer gives the chain behind a reference of its kind.
type Explainer func(ctx context.Context, q lake.Querier, r Ref) (Chain, error)

// Explainers are the explainers by kind.
type Explainers map[string]Explainer

// Explain finds the chain behind a reference, with the decisions on its records.
func (e Explainers) Explain(ctx context.Context, q lake.Querier, ref string) (Chain, error) {
	r, err := ParseRef(ref)
	if err != nil {
		return Chain{}, err
	}
	f, ok := e[r.Kind]
	if !ok {
		return Chain{}, BadRef("reference %q: kind %q is not known; the kinds are %s", ref, r.Kind, strings.Join(sortedKeys(e), ", "))
	}
	c, err := f(ctx, q, r)
	if err == nil {
		err = c.complete(ctx, q)
	}
	if err != nil {
		return c, fmt.Errorf("why %s: %w", ref, err)
	}
	return c, nil
}

// Slug writes a name as it stands in references: lower case, hyphens.
func Slug(s string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
			continue
		}
		dash = true
	}
	return b.String()
}
