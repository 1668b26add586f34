package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"milieu/internal/auth"
	"milieu/internal/bizcase"
	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/report/format"
	"milieu/internal/report/pdf"
)

// exportPatience is how long a visitor waits for a file at most: one browser prints for all.
const exportPatience = 90 * time.Second

// CaseExport says why a case could not be taken away as a file, and what to do.
type CaseExport struct {
	Base
	Label    string // of the format
	Problems []bizcase.Problem
	Write    string // path of the editor's pages, to which the part of a problem is added; empty where there is none
	Print    bool   // it can be printed from the page instead
	Back     string
	Others   []Choice
}

// exported is what is taken away, and where it comes from.
type exported struct {
	made  bizcase.Made
	back  string // page of the case
	path  string // of its files, without the end of their names
	query string
	write string // path of the editor's pages with a slash at the end
}

// exportOpenCase sends the case that everybody may read.
func (s *Server) exportOpenCase(f format.Format) handler {
	return func(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
		c, err := s.openCase(r, snap)
		if err != nil {
			return err
		}
		back := "/case"
		if c.Query != "" {
			back += "?" + c.Query
		}
		return s.exportCase(w, r, snap, f, exported{made: c.Made, back: back, path: "/case", query: c.Query})
	}
}

// exportStoredCase sends a case that is kept.
func (s *Server) exportStoredCase(f format.Format) handler {
	return func(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
		c, made, err := s.storedCase(r, snap, r.PathValue("id"))
		if err != nil {
			return err
		}
		e := exported{made: made, back: casePath(c.ID), path: casePath(c.ID) + "/export"}
		if actorOf(r).May(auth.WriteCase) {
			e.write = writePath(c.ID, "")
		}
		return s.exportCase(w, r, snap, f, e)
	}
}

// exportCase sends a case as a file. One that must not leave, and a PDF where nothing can print, get a page that says what to do.
func (s *Server) exportCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, f format.Format, e exported) error {
	p := CaseExport{Base: s.base(r, snap, "Export", "/case"), Label: f.Label, Back: e.back, Write: e.write}
	doc, err := bizcase.Export(e.made)
	var forbidden *bizcase.ForbiddenError
	if errors.As(err, &forbidden) {
		p.Problems = forbidden.Problems
		s.write(w, r, http.StatusConflict, "caseexport", p)
		return nil
	}
	if err != nil {
		return err
	}
	data, err := s.exportedFile(r, snap, f, doc)
	switch {
	case errors.Is(err, pdf.ErrNoBrowser):
		p.Print, p.Others = true, othersOf(f, e)
		s.write(w, r, http.StatusServiceUnavailable, "caseexport", p)
		return nil
	case errors.Is(err, context.DeadlineExceeded) && r.Context().Err() == nil:
		return statusError{http.StatusServiceUnavailable, "Others are being served and the file was not ready in time. Try again in a minute."}
	case err != nil:
		return err
	}
	h := w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", format.FileName(doc, f)))
	h.Set("X-Content-Type-Options", "nosniff")
	_, err = w.Write(data)
	return err
}

// exportedFile is the file of a document, kept for as long as the release is served: the same document gives the same bytes.
func (s *Server) exportedFile(r *http.Request, snap *live.Snapshot, f format.Format, doc report.Document) ([]byte, error) {
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("name the file of the case: %w", err)
	}
	key := fmt.Sprintf("case-file/%s/%x", f.Name, sha256.Sum256(text))
	return live.Remember(&snap.Cache, key, func() ([]byte, error) {
		ctx, stop := context.WithTimeout(r.Context(), exportPatience)
		defer stop()
		var b bytes.Buffer
		err := format.Write(ctx, &b, f.Name, doc, format.Options{Browser: s.printer})
		return b.Bytes(), err
	})
}

// othersOf are the formats that need no browser.
func othersOf(f format.Format, e exported) []Choice {
	var out []Choice
	for _, o := range format.All {
		if o.Name == f.Name || o.Browser {
			continue
		}
		to := url.URL{Path: e.path + "." + o.Name, RawQuery: e.query}
		out = append(out, Choice{Value: o.Name, Label: o.Label, Path: to.String()})
	}
	return out
}
