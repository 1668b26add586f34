package cluster

import (
	"milieu/internal/cluster/density"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Stages make the tables of the package: clusters of firms, by the settings of the workspace.
func Stages(c evidence.Clusters) ([]lake.Stage, error) {
	return FirmStages(c, sectors, "sector", "sector_member")
}

// FirmStages make the tables of clusters of firms for the sectors of a query (sector, label, org_id) that reads the tables inputs.
func FirmStages(c evidence.Clusters, withSectors string, inputs ...string) ([]lake.Stage, error) {
	return density.Stages(density.Settings{MinPoints: c.MinPoints, MinSize: c.MinSize, Cap: c.OneAddress, MaxShare: c.MaxShare, ReachM: c.ReachM,
		Rounds: resamplings, Shuffles: c.Shuffles, Budget: shuffleBudget, Seed: uint64(c.Seed)}, withSectors, inputs...)
}

// resamplings is how many subsamples the stability of a cluster is taken from.
const resamplings = 20

// shuffleBudget is how many positions all shuffles of a sector may look at: some ten seconds on two processors.
const shuffleBudget = 10_000_000

// sectors are those of the team, and beside them manufacturing as a whole: section C of the Standard Industrial
// Classification.
const sectors = `select s.sector, s.name as label, m.org_id from sector s left join sector_member m on m.sector = s.sector
union all select 'sic-C', 'Manufacturing', org_id from organisation where section = 'C'`
