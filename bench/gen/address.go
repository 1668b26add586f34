package main

import (
	"math"
	"math/rand/v2"
	"strconv"
)

// address is where a company is registered.
type address struct {
	careOf, line1, line2 []byte
	country, county      string
	town                 *town
	postcode             []byte
}

// addresser makes up addresses, a few of them again and again: those of company formation agents.
type addresser struct {
	r      *rand.Rand
	names  *namer
	codes  *directory
	towns  *sampler
	mass   []address
	massAt *sampler
	a      address
}

var countries = map[byte]string{'E': "ENGLAND", 'S': "SCOTLAND", 'W': "WALES", 'N': "NORTHERN IRELAND"}

const (
	massAddresses = 40
	massPercent   = 6
)

func newAddresser(r *rand.Rand, names *namer, codes *directory) *addresser {
	w := make([]float64, len(towns))
	for i := range towns {
		w[i] = towns[i].pop
		if towns[i].name == "LONDON" {
			// Three companies in ten are registered in London.
			w[i] *= 3.5
		}
	}
	a := &addresser{r: r, names: names, codes: codes, towns: newSampler(w), massAt: newSampler(zipf(massAddresses, 1, 0.9))}
	for i := range massAddresses {
		m := address{country: "UNITED KINGDOM"}
		t := i % 8
		if i >= 16 {
			t = a.towns.draw(r)
		}
		m.town = &towns[t]
		m.line1 = append(strconv.AppendInt(nil, int64(1+r.IntN(150)), 10), ' ')
		m.line1 = append(sp(names.street.draw(r), m.line1), names.kind.draw(r)...)
		m.postcode = codes.unit(nil, m.town, codes.from[t]+r.IntN(codes.from[t+1]-codes.from[t]))
		a.mass = append(a.mass, m)
	}
	return a
}

// draw returns an address; it is valid until the next draw.
func (a *addresser) draw() *address {
	if a.r.IntN(100) < massPercent {
		return &a.mass[a.massAt.draw(a.r)]
	}
	r, d := a.r, &a.a
	i := a.towns.draw(r)
	d.town = &towns[i]
	d.careOf, d.line1, d.line2 = d.careOf[:0], d.line1[:0], d.line2[:0]
	if r.IntN(30) == 0 {
		d.careOf = append(sp(a.names.surname.draw(r), d.careOf), "ACCOUNTANTS"...)
	}
	line := &d.line1
	if r.IntN(6) == 0 {
		d.line1 = append(d.line1, "UNIT "...)
		d.line1 = append(strconv.AppendInt(d.line1, int64(1+r.IntN(60)), 10), ' ')
		d.line1 = append(sp(a.names.street.draw(r), d.line1), estates[r.IntN(len(estates))]...)
		line = &d.line2
	} else {
		*line = append(strconv.AppendInt(*line, int64(1+int(math.Min(r.ExpFloat64()*60, 900))), 10), ' ')
	}
	*line = append(sp(a.names.street.draw(r), *line), a.names.kind.draw(r)...)
	d.county, d.country = "", ""
	if r.IntN(2) == 0 {
		d.county = d.town.county
	}
	switch r.IntN(10) {
	case 0, 1, 2, 3:
		d.country = countries[d.town.region]
	case 4, 5, 6:
		d.country = "UNITED KINGDOM"
	}
	d.postcode = a.code(d.postcode[:0], i)
	return d
}

// code appends a postcode of town i: 95 in 100 are in the directory, the others are missing, malformed or unknown.
func (a *addresser) code(b []byte, i int) []byte {
	r, t := a.r, &towns[i]
	from, to := a.codes.from[i], a.codes.from[i+1]
	p := r.IntN(1000)
	switch {
	case p < 25:
		return b
	case p < 40:
		// No district has this number.
		b = append(append(b, t.area...), "00 "...)
		return append(b, byte('0'+r.IntN(10)), inward[r.IntN(len(inward))], inward[r.IntN(len(inward))])
	}
	// The power crowds companies into some districts.
	b = a.codes.unit(b, t, from+int(float64(to-from)*math.Pow(r.Float64(), 1.6)))
	if p >= 50 {
		return b
	}
	switch p % 4 {
	case 0:
		return b[:len(b)-4]
	case 1:
		b[len(b)-3] = 'O'
		return b
	case 2:
		return append(b[:len(b)-3], '-', '-', 'X')
	}
	return append(b, "/UK"...)
}

// fields appends the eight fields of an address.
func (a *addresser) fields(b []byte, d *address) []byte {
	b = append(field(b, d.careOf), `,"",`...)
	b = append(field(b, d.line1), ',')
	b = append(field(b, d.line2), ',')
	b = append(text(b, d.town.name), ',')
	b = append(text(b, d.county), ',')
	b = append(text(b, d.country), ',')
	return field(b, d.postcode)
}
