package evidence

import "fmt"

// withDefaults fills what is not said.
func (c Clusters) withDefaults() Clusters {
	if c.MinPoints == 0 {
		c.MinPoints = 10
	}
	if c.OneAddress == 0 {
		c.OneAddress = 5
	}
	if c.MaxShare == 0 {
		c.MaxShare = 0.15
	}
	if c.ReachM == 0 {
		c.ReachM = 250
	}
	if c.Shuffles == 0 {
		c.Shuffles = 199
	}
	if c.Seed == 0 {
		c.Seed = 1
	}
	return c
}

// checkClusters holds the settings of clusters against what they can be.
func (ws *Workspace) checkClusters(text string) error {
	c := ws.Clusters
	switch {
	case c.MinPoints < 2:
		return fmt.Errorf("%d: clusters.min_points is %d; it is 2 or more", lineOf(text, "clusters.min_points"), c.MinPoints)
	case c.MinSize != 0 && c.MinSize < 2:
		return fmt.Errorf("%d: clusters.min_size is %d; it is 2 or more", lineOf(text, "clusters.min_size"), c.MinSize)
	case c.OneAddress < 1:
		return fmt.Errorf("%d: clusters.one_address is %d; it is 1 or more", lineOf(text, "clusters.one_address"), c.OneAddress)
	case !(c.MaxShare > 0 && c.MaxShare <= 1):
		return fmt.Errorf("%d: clusters.max_share is %v; it is a share above 0, such as 0.15", lineOf(text, "clusters.max_share"), c.MaxShare)
	case !(c.ReachM > 0 && c.ReachM <= 10_000):
		return fmt.Errorf("%d: clusters.reach_m is %v; it is a distance in metres, such as 250", lineOf(text, "clusters.reach_m"), c.ReachM)
	case c.Seed < 0:
		return fmt.Errorf("%d: clusters.seed is %d; it is a whole number above 0", lineOf(text, "clusters.seed"), c.Seed)
	case c.Shuffles < 19 || c.Shuffles > 9999:
		return fmt.Errorf("%d: clusters.shuffles is %d; it is from 19, below which nothing can be significant at 5 %%, to 9999", lineOf(text, "clusters.shuffles"), c.Shuffles)
	}
	return nil
}
