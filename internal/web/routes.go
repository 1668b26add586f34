package web

// routes lists every address of the site.
func (s *Server) routes() {
	s.page("/{$}", s.overview)
	s.page("/why", s.why)
	s.page("/search", s.searchPage)
	s.page("/assets/{hash}/{name}", s.serveAsset)
}
