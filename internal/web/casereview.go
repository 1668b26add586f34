package web

import (
	"fmt"
	"net/http"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/bizcase/compare"
	"milieu/internal/live"
	"milieu/internal/report"
)

// CaseReviewPage is a case with what people say of it.
type CaseReviewPage struct {
	Base
	Tabs       []Choice
	Here       string // address of the case
	C          casebook.Case
	Lede       string
	Parts      []ReviewPart
	Standing   StandingView
	All        bool // also what is dealt with is shown
	Dealt      int  // how much is dealt with
	MayComment bool
	MayWrite   bool
}

// ReviewPart is a part of the case with what is said of it.
type ReviewPart struct {
	ID, Title   string
	Pieces      []ReviewPiece
	Threads     []ThreadView     // of the part as a whole, or of sentences that are no longer there
	Suggestions []SuggestionView // on words that are no longer there, or of what to add
	Asked       *RemarkForm      // what the visitor wants to say of the part
	Writes      bool             // changes of its text can be suggested
	Open        int
}

// ReviewPiece is a paragraph, list, heading, table, chart or gap.
type ReviewPiece struct {
	At          string // part and line, by which it is asked for
	Name        string // of a table, chart or gap
	Heading     string
	Words       string
	Items       []string
	Ordered     bool // the items are numbered
	Label       string
	Threads     []ThreadView
	Suggestions []SuggestionView
	Asked       *RemarkForm
}

// RemarkForm is for a comment or a suggestion on a piece, or on a part where Source is empty.
type RemarkForm struct {
	Part, Source string
	Whole        string // what a comment on the whole is kept as being about
	Sentences    []string
	Blocks       []report.Block // the piece with its sources
	Writes       bool
	Adds         bool // what is suggested is added at the end of the part
}

// ThreadView is a comment with its replies.
type ThreadView struct {
	casebook.Comment
	Who, When string
	Gone      bool // the sentence is no longer there
	Replies   []ThreadView
	MayErase  bool
}

// SuggestionView is a suggested change.
type SuggestionView struct {
	casebook.Suggestion
	Who, When, Answerer string
	Was, Now            []compare.Piece
	Stale               string        // why it cannot be accepted; empty where it can
	Brings              []ProblemView // what would have to be mended once it is accepted
	Mine                bool
}

// review gathers what a review page shows.
type review struct {
	page        *CaseReviewPage
	actor       auth.Actor
	facts       bizcase.Facts
	names       map[string]string
	chunks      map[string][]reviewChunk
	threads     []ThreadView
	suggestions []SuggestionView
	at          string // piece or part of which the visitor wants to say something
}

func (s *Server) caseReview(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	if v := q.Get("show"); v != "" && v != "all" {
		return badRequest("show=%.20q is not known: it is all, or left out for what is open.", v)
	}
	a, b, id := actorOf(r), s.caseBook(), r.PathValue("id")
	c, standing, err := b.Standing(r.Context(), a, id)
	if err != nil {
		return err
	}
	p := CaseReviewPage{Base: s.base(r, snap, "Review: "+c.Content.Title, "/cases"), Tabs: caseTabs(a, id, "review"), Here: casePath(id), C: c, All: q.Get("show") == "all",
		MayComment: a.May(auth.CommentCase) && c.Deleted == "", MayWrite: a.May(auth.WriteCase) && c.Deleted == ""}
	v := review{page: &p, actor: a, at: q.Get("at")}
	if v.facts, err = s.factsOf(r, snap, c.Content); err != nil {
		return err
	}
	if err := s.readRemarks(r, &v, c, standing); err != nil {
		return err
	}
	if v.chunks, err = s.reviewParts(r, v.facts, c.Content); err != nil {
		return err
	}
	v.parts()
	if p.Standing, err = s.standingView(r, snap, c, standing, v.names); err != nil {
		return err
	}
	open := 0
	for _, part := range p.Parts {
		open += part.Open
	}
	p.Lede = fmt.Sprintf("Version %d. %s to answer.", c.N, capital(counted(open, "comment or suggestion is", "comments and suggestions are")))
	if open == 0 {
		p.Lede = fmt.Sprintf("Version %d. No comment or suggestion waits for an answer.", c.N)
	}
	return s.render(w, r, "casereview", p)
}

// readRemarks reads comments, suggestions and the names of the people in them.
func (s *Server) readRemarks(r *http.Request, v *review, c casebook.Case, standing casebook.Standing) error {
	b := s.caseBook()
	comments, err := b.Comments(r.Context(), v.actor, c.ID)
	if err != nil {
		return err
	}
	suggestions, err := b.Suggestions(r.Context(), v.actor, c.ID)
	if err != nil {
		return err
	}
	var ids []string
	for _, x := range comments {
		ids = append(ids, x.By, x.ResolvedBy)
	}
	for _, x := range suggestions {
		ids = append(ids, x.By, x.AnsweredBy)
	}
	for _, x := range standing.Roles {
		ids = append(ids, x.Person)
	}
	for _, x := range standing.Others {
		ids = append(ids, x.By)
	}
	if v.names, err = s.peopleNames(r, ids...); err != nil {
		return err
	}
	v.threads = v.threadsOf(comments)
	for _, x := range suggestions {
		if x.State != casebook.Open {
			v.page.Dealt++
			if !v.page.All {
				continue
			}
		}
		view, err := v.suggestion(r.Context(), c, x)
		if err != nil {
			return err
		}
		v.suggestions = append(v.suggestions, view)
	}
	return nil
}

// threadsOf are the comments that are shown, with their replies.
func (v *review) threadsOf(all []casebook.Comment) []ThreadView {
	replies := map[string][]ThreadView{}
	var out []ThreadView
	for _, c := range all {
		t := ThreadView{Comment: c, Who: nameOf(c.By, v.names), When: dayTime(c.At), MayErase: c.Erased == "" && v.page.MayComment && (c.By == v.actor.PersonID || v.page.MayWrite)}
		if c.ReplyTo != "" {
			replies[c.ReplyTo] = append(replies[c.ReplyTo], t)
			continue
		}
		out = append(out, t)
	}
	var shown []ThreadView
	for _, t := range out {
		t.Replies = replies[t.ID]
		dealt := t.ResolvedAt != "" || t.Erased != "" && len(t.Replies) == 0
		if dealt {
			v.page.Dealt++
		}
		if !dealt || v.page.All {
			shown = append(shown, t)
		}
	}
	return shown
}

// parts puts what is said beside what it is said of.
func (v *review) parts() {
	c := v.page.C.Content
	left := map[string]bool{}
	for _, p := range partsOf(c) {
		left[p.ID] = true
		v.page.Parts = append(v.page.Parts, v.part(p.ID, p.Title))
	}
	// Parts that were taken out keep what was said of them.
	for _, t := range v.threads {
		if !left[t.Part] {
			left[t.Part] = true
			v.page.Parts = append(v.page.Parts, v.part(t.Part, partTitle(c, t.Part)+" (no longer in the case)"))
		}
	}
	for _, t := range v.suggestions {
		if !left[t.Part] {
			left[t.Part] = true
			v.page.Parts = append(v.page.Parts, v.part(t.Part, partTitle(c, t.Part)+" (no longer in the case)"))
		}
	}
}

func (v *review) part(id, title string) ReviewPart {
	_, writes := casebook.PartText(v.page.C.Content, id)
	out := ReviewPart{ID: id, Title: title, Writes: writes && v.page.MayComment}
	if v.at == id && v.page.MayComment {
		out.Asked = &RemarkForm{Part: id, Writes: writes, Adds: true}
	}
	for _, chunk := range v.chunks[id] {
		out.Pieces = append(out.Pieces, v.piece(id, chunk))
	}
	for _, t := range v.threads {
		if t.Part != id {
			continue
		}
		if t.ResolvedAt == "" {
			out.Open++
		}
		k := -1
		if t.Sentence != "" {
			k = v.find(id, func(c reviewChunk) bool { return c.holds(t.Sentence) })
		}
		if k >= 0 {
			out.Pieces[k].Threads = append(out.Pieces[k].Threads, t)
			continue
		}
		t.Gone = t.Sentence != ""
		out.Threads = append(out.Threads, t)
	}
	for _, x := range v.suggestions {
		if x.Part != id {
			continue
		}
		if x.State == casebook.Open {
			out.Open++
		}
		k := -1
		if x.From != "" && x.Stale == "" && x.State == casebook.Open {
			k = v.find(id, func(c reviewChunk) bool { return strings.Contains(c.Source, x.From) })
		}
		if k >= 0 {
			out.Pieces[k].Suggestions = append(out.Pieces[k].Suggestions, x)
			continue
		}
		out.Suggestions = append(out.Suggestions, x)
	}
	return out
}

// find is the first piece of a part that is meant; -1 for none.
func (v *review) find(part string, is func(reviewChunk) bool) int {
	for k, c := range v.chunks[part] {
		if is(c) {
			return k
		}
	}
	return -1
}

func (v *review) piece(part string, c reviewChunk) ReviewPiece {
	out := ReviewPiece{At: fmt.Sprintf("%s.%d", part, c.Line), Name: c.Name(), Label: short(firstWords(c.Plain(), 60))}
	for _, b := range c.Blocks {
		switch {
		case out.Name != "":
		case b.Heading != "":
			out.Heading = b.Heading
		case b.List != nil:
			out.Ordered = b.List.Ordered
			for _, item := range b.List.Items {
				out.Items = append(out.Items, item.Plain())
			}
		default:
			out.Words = b.Text.Plain()
		}
	}
	if out.At == v.at && v.page.MayComment {
		_, writes := casebook.PartText(v.page.C.Content, part)
		out.Asked = &RemarkForm{Part: part, Source: c.Source, Whole: c.Plain(), Blocks: c.Blocks, Writes: writes}
		if out.Name == "" {
			if all := c.Sentences(); len(all) > 1 {
				out.Asked.Sentences = all
			}
		}
	}
	return out
}

// firstWords is the beginning of a text, of whole words.
func firstWords(text string, most int) string {
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	cut := string(r[:most])
	if k := strings.LastIndexByte(cut, ' '); k > 0 {
		cut = cut[:k]
	}
	return cut + "…"
}
