package proj

import "math"

// The WGS84 ellipsoid (for this purpose the same as GRS80).
const (
	wgsA = 6378137.0
	wgsF = 1 / 298.257223563
	wgsB = wgsA * (1 - wgsF)
)

// The seven parameters from OSGB36 to WGS84 as published in the Ordnance Survey guide, section
// 6.6, with the signs of that direction (EPSG transformation 1314): metres, parts per million and
// seconds of arc.
const (
	shiftX, shiftY, shiftZ = 446.448, -125.157, 542.060
	shiftScale             = 1 - 20.4894e-6
	second                 = degree / 3600
	turnX                  = 0.1502 * second
	turnY                  = 0.2470 * second
	turnZ                  = 0.8421 * second
)

type vec struct{ x, y, z float64 }

// toWGS84 moves a position from the OSGB36 datum to WGS84, at height nought.
func toWGS84(lon, lat float64) (float64, float64) {
	v := cartesian(lon, lat, airyA, airyB)
	return geographic(vec{
		shiftX + shiftScale*(v.x-turnZ*v.y+turnY*v.z),
		shiftY + shiftScale*(turnZ*v.x+v.y-turnX*v.z),
		shiftZ + shiftScale*(-turnY*v.x+turnX*v.y+v.z),
	}, wgsA, wgsB)
}

// toOSGB36 is the inverse of toWGS84. The guide reverses the signs of the parameters, which is
// the inverse only to about a centimetre; dividing the small rotations out exactly makes a round
// trip come back to where it began.
func toOSGB36(lon, lat float64) (float64, float64) {
	v := cartesian(lon, lat, wgsA, wgsB)
	x := (v.x - shiftX) / shiftScale
	y := (v.y - shiftY) / shiftScale
	z := (v.z - shiftZ) / shiftScale
	// The matrix is I + [r]x for the rotation vector r; its inverse is
	// (I - [r]x + r rᵀ) / (1 + |r|²).
	const norm = 1 + turnX*turnX + turnY*turnY + turnZ*turnZ
	dot := turnX*x + turnY*y + turnZ*z
	return geographic(vec{
		(x + turnZ*y - turnY*z + turnX*dot) / norm,
		(y - turnZ*x + turnX*z + turnY*dot) / norm,
		(z + turnY*x - turnX*y + turnZ*dot) / norm,
	}, airyA, airyB)
}

// cartesian returns the earth-centred position of a point on the ellipsoid (annex B.1).
func cartesian(lon, lat, a, b float64) vec {
	sin, cos := math.Sincos(lat * degree)
	sinL, cosL := math.Sincos(lon * degree)
	e2 := (a*a - b*b) / (a * a)
	nu := a / math.Sqrt(1-e2*sin*sin)
	return vec{nu * cos * cosL, nu * cos * sinL, (1 - e2) * nu * sin}
}

// geographic returns longitude and latitude of an earth-centred position (annex B.2). Datum
// shifts leave a point within some hundred metres of the ellipsoid, where Bowring's 1976 formula
// is exact to far less than a millimetre without iterating.
func geographic(v vec, a, b float64) (lon, lat float64) {
	e2 := (a*a - b*b) / (a * a)
	ep2 := (a*a - b*b) / (b * b)
	p := math.Hypot(v.x, v.y)
	sin, cos := math.Sincos(math.Atan2(v.z*a, p*b))
	lat = math.Atan2(v.z+ep2*b*sin*sin*sin, p-e2*a*cos*cos*cos)
	return math.Atan2(v.y, v.x) / degree, lat / degree
}
