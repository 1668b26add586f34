package portfolio

import (
	"fmt"
	"slices"
)

// longApproved is how many years after its first one an intervention that is only approved counts as over.
const longApproved = 3

// PastByYears says why an intervention that was approved or begun is over by its years on record in the financial year now; it
// is empty where it is not, and where now is 0.
func PastByYears(i Intervention, costs []Cost, now int) string {
	if now == 0 || (i.Stage != "approved" && i.Stage != "in-delivery") {
		return ""
	}
	end := i.End.Int64
	for _, c := range costs {
		if c.Intervention == i.ID && !i.End.Valid {
			end = max(end, c.To.Int64)
		}
	}
	switch {
	case end != 0 && end < int64(now):
		return fmt.Sprintf("its years on record ended in %d", end)
	case i.Stage == "approved" && i.Start.Valid && i.Start.Int64 < int64(now-longApproved):
		return fmt.Sprintf("it was approved for %d, and nothing on record says that it has begun", i.Start.Int64)
	}
	return ""
}

// Unbegun says that an intervention is only an idea, a proposal or a bid: years on record that have passed are no years in which
// it can begin.
func Unbegun(i Intervention) bool {
	return slices.Contains([]string{"idea", "proposed", "bid"}, i.Stage)
}
