package sector

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// subclasses are the five-digit codes of the Standard Industrial Classification 2007 (Office
// for National Statistics; a class without subclasses ends in 0), and the three codes that
// Companies House adds: 74990, 98000 and 99999.
//
//go:embed sic2007.txt
var subclasses string

var sicCodes = strings.Fields(subclasses)

// inSIC says whether a code of any level has a subclass under it.
func inSIC(digits string) bool {
	i, _ := slices.BinarySearch(sicCodes, digits)
	return i < len(sicCodes) && strings.HasPrefix(sicCodes[i], digits)
}

// nearest is the code of the classification that shares most digits with one that is not in it:
// of the same length where the group has one, else the last level that there is.
func nearest(digits string) string {
	for n := len(digits) - 1; n >= 2; n-- {
		if head := digits[:n]; inSIC(head) {
			best := head
			for _, c := range sicCodes {
				if strings.HasPrefix(c, head) && (best == head || abs(number(c[:len(digits)])-number(digits)) < abs(number(best)-number(digits))) {
					best = c[:len(digits)]
				}
			}
			return best
		}
	}
	return ""
}

func abs(n int) int { return max(n, -n) }

// known says what is wrong with a code that no industry of the classification has.
func known(written, digits string) error {
	if inSIC(digits) {
		return nil
	}
	if near := nearest(digits); near != "" {
		return fmt.Errorf("%q is no code of the SIC 2007; the nearest is %s", written, dotted(near))
	}
	return fmt.Errorf("%q: the SIC 2007 has no division %s", written, digits[:2])
}

// dotted writes a code as it is printed: 25, 25.7, 25.73, 25730.
func dotted(digits string) string {
	if len(digits) == 3 || len(digits) == 4 {
		return digits[:2] + "." + digits[2:]
	}
	return digits
}
