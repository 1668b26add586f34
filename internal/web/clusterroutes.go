package web

import "milieu/internal/auth"

// clusterRoutes lists the addresses of clusters of firms.
func (s *Server) clusterRoutes() {
	s.get("/clusters", auth.ReadPublic, s.clusters)
	s.get("/clusters/hulls.geojson", auth.ReadPublic, s.clusterHulls)
	s.get("/clusters/{sector}", auth.ReadPublic, s.clusterSector)
	s.get("/clusters/{sector}/{n}", auth.ReadPublic, s.clusterFirm)
}
