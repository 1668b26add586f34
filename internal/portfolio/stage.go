package portfolio

import (
	"fmt"
	"slices"
)

// UnderWay says that an intervention has been committed to: it is approved or in delivery.
func UnderWay(i Intervention) bool { return i.Stage == "approved" || i.Stage == "in-delivery" }

// Unbegun says that an intervention is only an idea, a proposal or a bid: years on record that have passed are no years in which
// it can begin.
func Unbegun(i Intervention) bool {
	return slices.Contains([]string{"idea", "proposed", "bid"}, i.Stage)
}

// Finished says that an intervention has been carried out or has ended: nothing of it is left to do.
func Finished(i Intervention) bool { return i.Stage == "delivered" || i.Stage == "ended" }

// decided says that an intervention happens whether a plan holds it or not.
func decided(i Intervention) bool { return UnderWay(i) || i.Stage == "delivered" }

// longApproved is how many years after its first one an intervention that is only approved counts as over.
const longApproved = 3

// Over says why an intervention that was approved or begun is over by its years on record in the financial year now; it
// is empty where it is not, and where now is 0.
func (r Register) Over(i Intervention, now int) string {
	if now == 0 || !UnderWay(i) {
		return ""
	}
	end := int(i.End.Int64)
	if l := LayOut(i, r.Costs, 0); !i.End.Valid && l.Dated() {
		end = l.last()
	}
	switch {
	case end != 0 && end < now:
		return fmt.Sprintf("its years on record ended in %d", end)
	case i.Stage == "approved" && i.Start.Valid && i.Start.Int64 < int64(now-longApproved):
		return fmt.Sprintf("it was approved for %d, and nothing on record says that it has begun", i.Start.Int64)
	}
	return ""
}
