package web

import (
	"maps"

	"milieu/internal/cluster"
	"milieu/internal/evidence"
	"milieu/internal/network"
	"milieu/internal/network/champion"
	"milieu/internal/network/introduce"
	"milieu/internal/network/meeting"
	"milieu/internal/network/predict"
	"milieu/internal/network/structure"
	"milieu/internal/observation"
	"milieu/internal/org"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/delivery"
	"milieu/internal/profile"
	"milieu/internal/sector"
	surveyframe "milieu/internal/survey/frame"
	"milieu/internal/survey/voices"
)

// explainersOf are those of each package that shows figures of a release.
func explainersOf() []evidence.Explainers {
	return []evidence.Explainers{org.Explainers(), cluster.Explainers(), network.Explainers(), meeting.Explainers(), structure.Explainers(), introduce.Explainers(), predict.Explainers(),
		champion.Explainers(), portfolio.Explainers(), delivery.Explainers(), voices.Explainers(), surveyframe.Explainers(), profile.Explainers(), sector.Explainers(), observation.Explainers()}
}

// ReleaseExplainers explain all kinds of references that a release alone answers. A server adds those that need
// the workspace or the store; the command milieu why uses these as they are.
func ReleaseExplainers() evidence.Explainers {
	all := evidence.Explainers{}
	for _, more := range explainersOf() {
		maps.Copy(all, more)
	}
	return all
}
