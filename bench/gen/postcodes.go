package main

import (
	"io"
	"math"
	"math/rand/v2"
	"strconv"
)

// inward are the letters that end a postcode (no C, I, K, M, O or V).
const inward = "ABDEFGHJLNPQRSTUWXYZ"

const (
	unitsPerDistrict = 10 * len(inward) * len(inward)
	fillDistrict     = 3200 // of the 4,000 possible; a real district has gaps
)

// directory remembers the postcodes written, town by town, four bytes each.
type directory struct {
	codes []uint32 // district*4000 + sector and unit
	from  []int    // of each town, and the end
}

// unit appends postcode i of the town, as "S10 2AB".
func (d *directory) unit(dst []byte, t *town, i int) []byte {
	return appendCode(dst, t.area, d.codes[i])
}

func appendCode(dst []byte, area string, c uint32) []byte {
	u := int(c) % unitsPerDistrict
	dst = append(dst, area...)
	dst = strconv.AppendInt(dst, int64(c)/int64(unitsPerDistrict), 10)
	n := len(inward)
	return append(dst, ' ', byte('0'+u/(n*n)), inward[u/n%n], inward[u%n])
}

// writePostcodes writes n postcodes or, because every town has at least one, a few more.
func writePostcodes(w io.Writer, n int, seed uint64) (*directory, error) {
	r := rand.New(rand.NewPCG(seed, 1))
	total := 0.0
	for _, t := range towns {
		total += t.pop
	}
	d := &directory{}
	districts := map[string]int{}
	buf := []byte("Postcode,lat,long\n")
	run := 0.0
	for i := range towns {
		t := &towns[i]
		d.from = append(d.from, len(d.codes))
		run += t.pop
		share := max(1, int(float64(n)*run/total)-len(d.codes))
		buf = d.town(buf, r, t, share, districts)
		if _, err := w.Write(buf); err != nil {
			return nil, err
		}
		buf = buf[:0]
	}
	d.from = append(d.from, len(d.codes))
	return d, nil
}

// town appends n postcodes around one town: districts around the centre, sectors around the district, units around
// the sector.
func (d *directory) town(buf []byte, r *rand.Rand, t *town, n int, districts map[string]int) []byte {
	spreadKm := 0.35 * math.Sqrt(t.pop)
	kmLat, kmLong := 1/111.2, 1/(111.3*math.Cos(t.lat*math.Pi/180))
	count := (n + fillDistrict - 1) / fillDistrict
	left := count * unitsPerDistrict
	for range count {
		districts[t.area]++
		number := districts[t.area]
		dx, dy := r.NormFloat64()*spreadKm, r.NormFloat64()*spreadKm
		var sx, sy float64
		for u := range unitsPerDistrict {
			if u%(unitsPerDistrict/10) == 0 {
				sx, sy = dx+0.7*r.NormFloat64(), dy+0.7*r.NormFloat64()
			}
			if r.IntN(left) < n {
				n--
				code := uint32(number*unitsPerDistrict + u)
				d.codes = append(d.codes, code)
				buf = append(appendCode(buf, t.area, code), ',')
				buf = strconv.AppendFloat(buf, t.lat+kmLat*(sy+0.2*r.NormFloat64()), 'f', 6, 64)
				buf = append(buf, ',')
				buf = strconv.AppendFloat(buf, t.long+kmLong*(sx+0.2*r.NormFloat64()), 'f', 6, 64)
				buf = append(buf, '\n')
			}
			left--
		}
	}
	return buf
}
