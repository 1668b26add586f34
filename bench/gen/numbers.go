package main

import (
	"fmt"
	"time"
)

// Dates are counted in days from the first of 1856, when the register began.
var (
	epoch   = time.Date(1856, 1, 1, 0, 0, 0, 0, time.UTC)
	asOf    = day(2025, 11, 1)
	dayText = func() []byte {
		var b []byte
		for d := epoch; d.Year() < 2029; d = d.AddDate(0, 0, 1) {
			b = d.AppendFormat(b, "02/01/2006")
		}
		return b
	}()
)

func day(y, m, d int) int {
	return int(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Sub(epoch).Hours() / 24)
}

func dateText(d int) []byte { return dayText[10*d : 10*d+10] }

// block is a run of English company numbers, the day its first number was given and the weight of its companies that
// still exist. Days and weights are approximate: half of the register is younger than seven years.
type block struct {
	number, day int
	weight      float64
}

var blocks = []block{
	{1, 0, 10}, {1000000, day(1971, 1, 10), 18}, {2000000, day(1986, 3, 15), 22}, {3000000, day(1994, 12, 7), 27},
	{4000000, day(2000, 5, 24), 35}, {5000000, day(2003, 12, 18), 40}, {6000000, day(2006, 11, 15), 45}, {7000000, day(2009, 8, 25), 45},
	{8000000, day(2012, 3, 21), 55}, {9000000, day(2014, 4, 15), 65}, {10000000, day(2016, 2, 12), 75}, {11000000, day(2017, 10, 6), 85},
	{12000000, day(2019, 5, 16), 95}, {13000000, day(2020, 11, 6), 105}, {14000000, day(2022, 3, 22), 120}, {15000000, day(2023, 7, 11), 140},
	{16000000, day(2024, 10, 4), 147}, {16820000, asOf - 3, 0},
}

// place returns the company number and day of incorporation at share u (0 to 1) of the register in order of age. It is
// strictly increasing: two of 5.5 million companies never share a number.
func place(u float64) (number, incorporated int) {
	total := 0.0
	for _, b := range blocks {
		total += b.weight
	}
	u *= total
	i := 0
	for i < len(blocks)-2 && u >= blocks[i].weight {
		u -= blocks[i].weight
		i++
	}
	a, b, f := blocks[i], blocks[i+1], u/blocks[i].weight
	return a.number + int(f*float64(b.number-a.number)), a.day + int(f*float64(b.day-a.day))
}

// prefixed gives numbers of a prefix: a walk through its range that meets no number twice. The range is a prime.
type prefixed struct {
	prefix      string
	from, prime int
	since       int
	next        int
}

func (p *prefixed) take() (string, int) {
	k := p.next * 7919 % p.prime
	p.next = (p.next + 1) % p.prime
	d := p.since + k*(asOf-3-p.since)/p.prime
	return fmt.Sprintf("%s%06d", p.prefix, p.from+k), d
}

func newPrefixed() map[string]*prefixed {
	m := map[string]*prefixed{}
	for _, p := range []prefixed{
		{"SC", 20000, 849991, day(1950, 1, 1), 0}, {"NI", 1000, 719989, day(1950, 1, 1), 0}, {"OC", 300000, 157999, day(2001, 4, 6), 0},
		{"SO", 300000, 9973, day(2001, 4, 6), 0}, {"NC", 300, 3989, day(2004, 9, 13), 0}, {"LP", 1000, 24989, day(1970, 1, 1), 0},
		{"SL", 1000, 39989, day(1980, 1, 1), 0}, {"NL", 1, 997, day(1990, 1, 1), 0}, {"FC", 10000, 33997, day(1980, 1, 1), 0},
		{"IP", 10000, 24989, day(1950, 1, 1), 0}, {"RC", 100, 997, day(1950, 1, 1), 0},
	} {
		m[p.prefix] = &p
	}
	return m
}
