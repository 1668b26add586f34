package api

import (
	"milieu/internal/auth"
	"milieu/internal/evidence"
)

// indexAnswer says what there is to read and under which licences.
type indexAnswer struct {
	Release     string       `json:"release"`
	Built       *string      `json:"built"`
	Name        string       `json:"name"`
	Short       string       `json:"short"`
	Description string       `json:"description"` // where openapi.yaml is
	Links       []link       `json:"links"`
	Sources     []sourceItem `json:"sources"`
}

type link struct {
	URL     string   `json:"url"` // with {…} in place of what the caller fills in
	Formats []format `json:"formats"`
	Token   bool     `json:"token"` // it takes a token
}

// sourceItem is a source of the release with what its licence asks for.
type sourceItem struct {
	ID          string  `json:"id"`
	Title       string  `json:"title"`
	Publisher   *string `json:"publisher"`
	Licence     string  `json:"licence"`
	Attribution *string `json:"attribution"`
	SourceURL   *string `json:"source_url"`
	Retrieved   *string `json:"retrieved"`
}

func (s *Server) index(a *ask) error {
	m := a.snap.Rel.Manifest
	out := indexAnswer{Release: a.snap.Rel.ID, Built: optText(a.snap.Rel.Built.At), Name: m.Name, Short: m.Short, Description: "/api/v1/openapi.yaml", Links: []link{}, Sources: []sourceItem{}}
	for _, e := range s.endpoints {
		if s.holds(e.action) {
			least, _ := auth.Least(s.takes(e.action))
			out.Links = append(out.Links, link{e.pattern, e.formats, least != auth.Nobody})
		}
	}
	for _, src := range m.Sources {
		out.Sources = append(out.Sources, sourceOf(src))
	}
	return a.send(out)
}

func sourceOf(m evidence.ManifestSource) sourceItem {
	return sourceItem{ID: m.ID, Title: m.Title, Publisher: optText(m.Publisher), Licence: m.Licence, Attribution: optText(m.Attribution), SourceURL: optText(m.URL), Retrieved: optText(m.Retrieved)}
}

// openapi gives the description of the API, for programs that make clients of it.
func (s *Server) openapi(a *ask) error {
	a.w.Header().Set("Content-Type", mediaType[asYAML])
	_, _ = a.w.Write(document) // who asked has left when this fails
	return nil
}
