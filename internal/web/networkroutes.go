package web

import "milieu/internal/auth"

// networkRoutes lists the addresses of the network.
func (s *Server) networkRoutes() {
	s.get("/network", auth.ReadPublic, s.network)
	s.get("/network.json", auth.ReadPublic, s.networkJSON)
	s.get("/network/path", auth.ReadPublic, s.networkPath)
	s.get("/network/coverage", auth.ReadPublic, s.networkCoverage)
	s.get("/network/brokers", auth.ReadPublic, s.networkBrokers)
	s.get("/network/time", auth.ReadPublic, s.networkTime)
	s.get("/network/export", auth.ReadPublic, s.networkExport)
}
