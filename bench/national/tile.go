package main

import (
	"math"

	"milieu/internal/geo/proj"
)

func tileOf(z int, lon, lat float64) (x, y int) {
	fx, fy := proj.Mercator(lon, lat)
	n := math.Exp2(float64(z))
	return int(fx * n), int(fy * n)
}
