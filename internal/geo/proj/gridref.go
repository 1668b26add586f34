package proj

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// gridLetters name 5 by 5 squares from the north-west corner, row by row; I is not used.
const gridLetters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"

// GridRef writes a grid position as two letters and digits figures for each of easting and
// northing: GridRef(442000, 389000, 2) is "SK 42 89", a square of one kilometre. Digits is 0 (the
// 100 km square) to 5 (one metre). A position outside the grid is an error.
func GridRef(easting, northing float64, digits int) (string, error) {
	if digits < 0 || digits > 5 {
		return "", fmt.Errorf("grid reference with %d digits: use 0 to 5 for each of easting and northing", digits)
	}
	if !OnGrid(easting, northing) {
		return "", fmt.Errorf("easting %.0f, northing %.0f is outside the National Grid (0 to 700000 and 0 to 1300000 metres)", easting, northing)
	}
	e, n := int(easting), int(northing)
	// The false origin is the south-west corner of square SV: 10 squares east and 5 north of
	// the south-west corner of the 25 by 25 squares that the letters cover.
	col, row := e/100000+10, 24-(n/100000+5)
	letters := string([]byte{gridLetters[row/5*5+col/5], gridLetters[row%5*5+col%5]})
	if digits == 0 {
		return letters, nil
	}
	unit := int(math.Pow10(5 - digits))
	return fmt.Sprintf("%s %0*d %0*d", letters, digits, e%100000/unit, digits, n%100000/unit), nil
}

// ParseGridRef reads a reference such as "SK 42 89", "SK4289" or "sk 42345 89012" and returns the
// south-west corner of the square it names and the length of the square's side, in metres. Spaces
// do not matter, except that figures written in two groups must be equally long.
func ParseGridRef(ref string) (easting, northing, sizeM float64, err error) {
	fields := strings.Fields(strings.ToUpper(ref))
	joined := strings.Join(fields, "")
	bad := func(why string) (float64, float64, float64, error) {
		return 0, 0, 0, fmt.Errorf("grid reference %q: %s; write it like SK 42 89 or SK 42345 89012", ref, why)
	}
	if len(joined) < 2 {
		return bad("two letters are needed")
	}
	first, second := strings.IndexByte(gridLetters, joined[0]), strings.IndexByte(gridLetters, joined[1])
	if first < 0 || second < 0 {
		return bad("it must begin with two letters, none of them I")
	}
	figures := joined[2:]
	if len(figures)%2 != 0 || len(figures) > 10 {
		return bad("easting and northing need the same number of figures, at most 5 each")
	}
	half := len(figures) / 2
	if last := fields[len(fields)-1]; len(fields) > 2 && len(last) != half {
		return bad("easting and northing need the same number of figures")
	}
	sizeM = math.Pow10(5 - half)
	var e, n uint64
	if half > 0 {
		var errE, errN error
		e, errE = strconv.ParseUint(figures[:half], 10, 32)
		n, errN = strconv.ParseUint(figures[half:], 10, 32)
		if errE != nil || errN != nil {
			return bad("after the letters only figures are allowed")
		}
	}
	col, row := first%5*5+second%5, first/5*5+second/5
	easting = float64(col-10)*100000 + float64(e)*sizeM
	northing = float64(24-row-5)*100000 + float64(n)*sizeM
	if !OnGrid(easting, northing) {
		return bad("the square is outside the National Grid")
	}
	return easting, northing, sizeM, nil
}
