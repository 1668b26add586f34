package facts

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/report"
)

// isNone says that an error is of a name or reference that leads to nothing, and not of reading.
func isNone(err error) bool {
	var bad *evidence.RefError
	var no *bizcase.UnknownError
	return errors.Is(err, evidence.ErrNoFigure) || errors.As(err, &bad) || errors.As(err, &no)
}

// reference is the figure of a reference as it is: what its chain comes to.
func (f *Facts) reference(ctx context.Context, ref string) (report.Figure, error) {
	c, err := f.chain(ctx, ref)
	if err != nil {
		if errors.Is(err, auth.ErrDenied) {
			return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("what %s comes to is not for everybody who reads this case: take it out, or say it in words that may be read", ref)}
		}
		if isNone(err) {
			return report.Figure{}, &bizcase.UnknownError{Message: fmt.Sprintf("the reference %s leads to nothing in this release: %v", ref, err)}
		}
		return report.Figure{}, err
	}
	fig, ok := figureOf(c, ref)
	if !ok {
		return fig, &bizcase.UnknownError{Message: fmt.Sprintf("%s is not known now: %s", ref, c.How)}
	}
	return fig, nil
}

// valueForm parts a value into what it comes to, its range in brackets, and what else is said.
var (
	valueForm  = regexp.MustCompile(`^([^();]+?)(?: \(([^)]*)\))?(?:[;,] ?(.*))?$`)
	numberForm = regexp.MustCompile(`^([−-]?[£$€]?[\d.,]*\d(?:k|m|bn)?) (.+)$`)
)

// figureOf is a chain's value as a figure; false where it is not known. A chain without a value is a fact, of which the title is shown.
func figureOf(c evidence.Chain, ref string) (report.Figure, bool) {
	if c.Value == "" {
		return report.Figure{Text: c.Title, Ref: ref, Words: true}, c.Title != ""
	}
	if strings.HasPrefix(c.Value, "not known") || strings.HasPrefix(c.Value, "not stated") {
		return report.Figure{}, false
	}
	m := valueForm.FindStringSubmatch(c.Value)
	if m == nil {
		return report.Figure{Text: c.Value, Ref: ref, Words: !strings.ContainsAny(c.Value, "0123456789")}, true
	}
	fig := report.Figure{Text: m[1], Ref: ref, Note: m[3]}
	switch {
	case isRange(m[2]):
		fig.Range = strings.TrimSuffix(cutInterval(m[2]), " %")
	case m[2] != "":
		fig.Note = strings.TrimPrefix(fig.Note+"; "+m[2], "; ")
	}
	if n := numberForm.FindStringSubmatch(fig.Text); n != nil {
		fig.Text, fig.Unit = n[1], n[2]
		if fig.Unit == "percent" {
			fig.Unit = "%"
		}
	}
	fig.Words = !strings.ContainsAny(fig.Text, "0123456789")
	return fig, true
}

func isRange(s string) bool {
	return strings.ContainsAny(s, "0123456789") && (strings.Contains(s, "–") || strings.Contains(s, " to "))
}

// cutInterval leaves of a range what comes before the words on how sure it is.
func cutInterval(s string) string {
	s, _, _ = strings.Cut(s, ", ")
	return s
}

// fromStore are the kinds of references that a release does not answer alone: they are never kept, since what they come to may
// change, and not everybody may see it.
var fromStore = []string{"voice", "workshop", "agreement", "interviews", "coded", "prospects", "named"}

// isStored says that a reference is of such a kind, or of a plan by the weights of a workshop.
func isStored(ref string) bool {
	at, query, _ := strings.Cut(ref, "?")
	kind, _, _ := strings.Cut(at, "/")
	set, err := url.ParseQuery(query)
	return err != nil || slices.Contains(fromStore, kind) || portfolio.IsWeighed(set.Get("worth"))
}

// HangsOnReader says that what an insertion comes to, given as its words, hangs on who reads it or on the store, so that a case with
// it is kept for nobody else.
func HangsOnReader(words []string) bool {
	return len(words) > 0 && (folded(words[0]) == "voice" || isStored(words[0]))
}

// chain is that behind a reference.
func (f *Facts) chain(ctx context.Context, ref string) (evidence.Chain, error) {
	if c, ok := f.chains.Load(ref); ok {
		return c.(evidence.Chain), nil
	}
	c, err := f.explainers().Explain(ctx, f.s.Q, ref)
	if err == nil && !isStored(ref) {
		f.chains.Store(ref, c)
	}
	return c, err
}

// explainers are those of the sources, but what belongs to the plan, its appraisal and its sequence as they were reckoned here is
// not reckoned again.
func (f *Facts) explainers() evidence.Explainers {
	out := evidence.Explainers{}
	for kind, explain := range f.s.Explainers {
		out[kind] = explain
	}
	f.quick(out, "plan", func(ctx context.Context, r evidence.Ref) (evidence.Chain, bool, error) {
		if len(r.Args) != 1 || r.Args[0] == "sure" || !sameSettings(r.Set, f.s.Ask.Settings()) {
			return evidence.Chain{}, false, nil
		}
		p, err := f.Plan(ctx)
		if err != nil {
			return evidence.Chain{}, false, err
		}
		c, err := p.Chain(r.Args[0])
		return c, true, err
	})
	f.quick(out, appraisal.RefKind, func(ctx context.Context, r evidence.Ref) (evidence.Chain, bool, error) {
		if len(r.Args) != 2 || !sameSettings(r.Set, appraisal.Of(f.s.Ask).List()) {
			return evidence.Chain{}, false, nil
		}
		res, err := f.Appraised(ctx)
		if err != nil {
			return evidence.Chain{}, false, err
		}
		c, err := res.Chain(r.Args[0], r.Args[1])
		return c, true, err
	})
	f.quick(out, appraisal.TotalRef, func(ctx context.Context, r evidence.Ref) (evidence.Chain, bool, error) {
		ids := r.Set.Get("ids")
		if len(r.Args) != 1 || ids == "" || !sameSettings(r.Set, append(appraisal.Of(f.s.Ask).List(), "ids", ids)) {
			return evidence.Chain{}, false, nil
		}
		res, err := f.Appraised(ctx)
		if err != nil {
			return evidence.Chain{}, false, err
		}
		t, err := f.totalOf(ctx, strings.Split(ids, ";"))
		if err != nil {
			return evidence.Chain{}, false, err
		}
		c, err := res.TotalChain(t, r.Args[0])
		return c, true, err
	})
	f.quick(out, "sequence", func(ctx context.Context, r evidence.Ref) (evidence.Chain, bool, error) {
		if len(r.Args) == 0 || len(r.Args) > 2 {
			return evidence.Chain{}, false, nil
		}
		s, err := f.Sequence(ctx)
		if err != nil || !sameSettings(r.Set, append(s.Ask.Settings(), s.Setting.Settings()...)) {
			return evidence.Chain{}, false, err
		}
		c, err := s.Chain(r.Args)
		return c, true, err
	})
	return out
}

// quick puts a shorter way before an explainer; false: the reference is not of what was reckoned here.
func (f *Facts) quick(all evidence.Explainers, kind string, short func(context.Context, evidence.Ref) (evidence.Chain, bool, error)) {
	long, ok := all[kind]
	if !ok {
		return
	}
	all[kind] = func(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
		c, mine, err := short(ctx, r)
		if mine || err != nil {
			return c, err
		}
		return long(ctx, q, r)
	}
}

// sameSettings says that a reference has exactly some settings, given as name and value in turn.
func sameSettings(set url.Values, settings []string) bool {
	want := url.Values{}
	for k := 0; k+1 < len(settings); k += 2 {
		want.Set(settings[k], settings[k+1])
	}
	return set.Encode() == want.Encode()
}
