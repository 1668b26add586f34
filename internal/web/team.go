package web

// teamRoutes lists the addresses at which people sign in, decide and manage.
func (s *Server) teamRoutes() {
	s.accountRoutes()
	s.peopleRoutes()
	s.decisionRoutes()
	s.tableRoutes()
	s.organisationDecideRoutes()
	s.reviewRoutes()
	s.buildRoutes()
	s.auditRoutes()
}
