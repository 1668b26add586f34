package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/report/format"
)

// CasePublishPage publishes a case, and lists what was published of it.
type CasePublishPage struct {
	Base
	Tabs      []Choice
	Here      string
	C         casebook.Case
	Status    string
	Release   string
	Gaps      int
	Forbidden bool // something is broken, so that nothing is published
	Draft     bool // it is published as a draft
	Problems  []ProblemView
	Rows      []PublicationRow
}

// PublicationRow is something that was published.
type PublicationRow struct {
	casebook.Publication
	Who, When, Ended string
	Older            bool // on another release than the one that is being served
}

// asVisitor is a request as somebody sends it who has not signed in: a published case holds only what everybody may read.
func asVisitor(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), actorKey{}, auth.Actor{Workspace: actorOf(r).Workspace, Via: auth.ViaWeb}))
}

func (s *Server) casePublish(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, a, id := s.caseBook(), actorOf(r), r.PathValue("id")
	c, standing, err := b.Standing(r.Context(), a, id)
	if err != nil {
		return err
	}
	all, err := b.Publications(r.Context(), a, id)
	if err != nil {
		return err
	}
	made, err := s.makeCase(r, snap, c.Content, casePath(id))
	if err != nil {
		return err
	}
	p := CasePublishPage{Base: s.base(r, snap, "Publish: "+c.Content.Title, "/cases"), Tabs: caseTabs(a, id, "publish"), Here: casePath(id), C: c, Status: standing.Status(c, snap.Rel.ID), Release: shortRelease(snap.Rel.ID),
		Gaps: made.Doc.Gaps(), Forbidden: made.Forbidden(), Draft: made.Draft()}
	p.Problems = problemViews(c.Content, made.Of(bizcase.Broken, bizcase.Syntax, bizcase.Unbound), func(x bizcase.Problem) string { return writePath(id, x.Part) })
	var ids []string
	for _, x := range all {
		ids = append(ids, x.By, x.WithdrawnBy)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return err
	}
	for _, x := range all {
		row := PublicationRow{Publication: x, Who: nameOf(x.By, names), When: dayTime(x.At), Older: x.Release != snap.Rel.ID}
		if x.WithdrawnAt != "" {
			row.Ended = dayTime(x.WithdrawnAt) + " by " + nameOf(x.WithdrawnBy, names)
		}
		p.Rows = append(p.Rows, row)
	}
	return s.render(w, r, "casepublish", p)
}

// publishCase freezes what the version that was shown comes to, and shows the link this once: only its hash is kept.
func (s *Server) publishCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	n, err := formVersion(r)
	if err != nil {
		return err
	}
	b, a, id := s.caseBook(), actorOf(r), r.PathValue("id")
	c, standing, err := b.Standing(r.Context(), a, id)
	if err != nil {
		return err
	}
	d, err := s.documentToPublish(r, snap, c, standing)
	if err != nil {
		return err
	}
	secret, err := b.Publish(r.Context(), a, id, n, d, r.PostForm.Get("note"))
	if err != nil {
		return err
	}
	return s.secretPage(w, r, SecretPage{Base: s.base(r, snap, "Link to "+c.Content.Title, "/cases"), Here: "Link", Secret: s.absolute(r, publishedPath+secret), Back: casePath(id) + "/publish", BackLabel: c.Content.Title,
		Lede: "Whoever has this link reads the case as it is now, with the source of every figure, without signing in. It is shown this once. It goes on showing this version on this release, whatever is written or built later, until it is withdrawn on the page before this one. Links made earlier go on too."})
}

// documentToPublish is the version in force as everybody may read it: what visitors may not see of sources is withheld.
func (s *Server) documentToPublish(r *http.Request, snap *live.Snapshot, c casebook.Case, standing casebook.Standing) (report.Document, error) {
	made, err := s.makeCase(asVisitor(r), snap, c.Content, "")
	if errors.Is(err, auth.ErrDenied) {
		return report.Document{}, badRequest("The plan of this case stands on something that visitors may not see, such as the weights of named people, so it is not published. Choose another way of valuing the plan first.")
	}
	if err != nil {
		return report.Document{}, err
	}
	if made.Forbidden() {
		return report.Document{}, badRequest("The case has figures that are broken or text that cannot be read, so it is not published. Mend them first: the page Publish lists them.")
	}
	d := made.Doc
	d.Status = standing.Status(c, snap.Rel.ID)
	if made.Draft() && standing.Approved {
		d.Status += ", with numbers that open no source"
	}
	return d, nil
}

func (s *Server) unpublishCase(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := s.caseBook().Unpublish(r.Context(), actorOf(r), id, r.PostForm.Get("publication"), version); err != nil {
		return err
	}
	return see(w, r, casePath(id)+"/publish", "unshared")
}

// PublishedPage is a published case for somebody who has its link.
type PublishedPage struct {
	Base
	P       casebook.Publication
	When    string
	Doc     report.Document
	Exports []Choice
	Newer   bool          // the evidence has changed since
	Proof   *report.Proof // of the figure that is asked for
}

// publishedCase shows a case as it was frozen, by its secret link. With the number of a figure it shows its source as it was
// then.
func (s *Server) publishedCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	w.Header().Set("Referrer-Policy", "same-origin")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	w.Header().Set("Cache-Control", "no-store")
	x, d, err := s.caseBook().Published(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	p := PublishedPage{Base: s.base(r, snap, x.Title, ""), P: x, When: dayTime(x.At), Doc: d, Exports: exportsOf(publishedPath+url.PathEscape(r.PathValue("secret"))+"/case", ""), Newer: x.Release != snap.Rel.ID}
	if figure := r.URL.Query().Get("figure"); figure != "" {
		n, err := strconv.Atoi(figure)
		if err != nil || n < 1 || n > len(d.Proofs) {
			return badRequest("%.20q is not a figure of this case: open one from its page.", figure)
		}
		p.Proof, p.Title = &d.Proofs[n-1], "Source of a figure: "+x.Title
		return s.render(w, r, "published", p)
	}
	numberFigures(d)
	return s.render(w, r, "published", p)
}

// numberFigures puts the number of its proof in the place of each figure's reference, by which this page opens it: references
// are long, and a case has many. A figure without a proof opens none.
func numberFigures(d report.Document) {
	numbers := map[string]string{}
	for k, p := range d.Proofs {
		numbers[p.Ref] = strconv.Itoa(k + 1)
	}
	for _, section := range d.Sections {
		for _, b := range section.Blocks {
			for _, t := range b.Texts() {
				for _, span := range t {
					if span.Figure != nil {
						span.Figure.Ref = numbers[span.Figure.Ref]
					}
				}
			}
		}
	}
}

// exportPublished sends a published case as a file, as it was frozen.
func (s *Server) exportPublished(f format.Format) handler {
	return func(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
		w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		w.Header().Set("Cache-Control", "no-store")
		secret := r.PathValue("secret")
		_, d, err := s.caseBook().Published(r.Context(), secret)
		if err != nil {
			return err
		}
		at := publishedPath + url.PathEscape(secret)
		return s.exportCase(w, r, snap, f, exported{made: bizcase.Made{Doc: d}, back: at, path: at + "/case"})
	}
}
