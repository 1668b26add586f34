package web

import "milieu/internal/auth"

// addRoutes lists every address of the site with the action that it takes.
func (s *Server) addRoutes() {
	s.get("/{$}", auth.ReadPublic, s.overview)
	s.get("/why", auth.ReadPublic, s.why)
	s.get("/search", auth.ReadPublic, s.searchPage)
	s.get("/network", auth.ReadPublic, s.network)
	s.get("/network.json", auth.ReadPublic, s.networkJSON)
	s.get("/priorities", auth.ReadPublic, s.priorities)
	s.get("/priorities/{id}", auth.ReadPublic, s.intervention)
	s.get("/plan", auth.ReadPublic, s.plan)
	s.get("/plan.lp", auth.ReadPublic, s.planLP)
	s.get("/case", auth.ReadPublic, s.caseDocument)
	s.get("/case.md", auth.ReadPublic, s.caseMarkdown)
	s.get("/case/print.css", auth.ReadPublic, s.casePrint)
	s.get("/sources", auth.ReadPublic, s.sources)
	s.get("/sources/{id}", auth.ReadPublic, s.source)
	s.get("/map", auth.ReadPublic, s.mapPage)
	s.get("/map/list", auth.ReadPublic, s.mapList)
	s.get("/map/areas.geojson", auth.ReadPublic, s.mapAreas)
	s.get("/map/context.geojson", auth.ReadPublic, s.mapContext)
	s.get("/map/facilities.geojson", auth.ReadPublic, s.mapFacilities)
	s.get("/tiles/sites/{z}/{x}/{y}", auth.ReadPublic, s.siteTile)
	s.get("/organisations", auth.ReadPublic, s.organisations)
	s.get("/organisations/{id}", auth.ReadPublic, s.organisation)
	s.get("/linkage", auth.ReadPublic, s.linkage)
	s.get("/linkage/pair", auth.ReadPublic, s.pairPage)
	s.get("/review", auth.ReadPublic, s.review)
	s.get("/areas", auth.ReadPublic, s.areas)
	s.get("/areas/{set}", auth.ReadPublic, s.areaSet)
	s.get("/areas/{set}/{id}", auth.ReadPublic, s.areaProfile)
	s.get("/areas/employment/{slug}", auth.ReadPublic, s.employment)
	s.get("/assets/{hash}/{name}", auth.Enter, s.serveAsset)
	s.get("/", auth.Enter, s.nowhere)
	if s.cfg.Team != nil {
		s.teamRoutes()
	}
}
