// Package proj converts positions between WGS84 longitude and latitude, the British National
// Grid and Web Mercator, and measures great-circle distances. It owns the constants of those
// systems and the letters of grid references. It knows nothing of shapes or files, and it does
// not use the Ordnance Survey's OSTN15 correction grid: grid positions are good to [AccuracyM].
//
// Longitudes and latitudes are decimal degrees, in that order everywhere; eastings and northings
// are metres. Source of the grid formulas and constants: Ordnance Survey, "A guide to coordinate
// systems in Great Britain", annexes A to C.
package proj

import "math"

// AccuracyM is how far, in metres, a converted grid position may be from the official
// transformation (OSTN15) anywhere in Great Britain: the published accuracy of the
// seven-parameter transformation is about 5 m.
const AccuracyM = 5.0

// The National Grid is a transverse Mercator projection of the Airy 1830 ellipsoid. Names follow
// annex A and C of the Ordnance Survey guide.
const (
	airyA = 6377563.396
	airyB = 6356256.909

	gridScale = 0.9996012717
	originLat = 49 * degree
	originLon = -2 * degree
	originE   = 400000.0
	originN   = -100000.0

	degree = math.Pi / 180
)

// ToGrid returns the British National Grid (EPSG:27700) easting and northing, in metres, of a
// WGS84 position. The formulas hold within about ten degrees of longitude 2° W; further away the
// result has no meaning. A position that is not a number gives NaN.
func ToGrid(lon, lat float64) (easting, northing float64) {
	return ProjectOSGB36(toOSGB36(lon, lat))
}

// FromGrid returns the WGS84 longitude and latitude of a British National Grid position. It is
// the inverse of [ToGrid] to a millimetre, and to two centimetres at the grid's far corners.
func FromGrid(easting, northing float64) (lon, lat float64) {
	return toWGS84(UnprojectOSGB36(easting, northing))
}

// OnGrid says whether a grid position lies in the rectangle that the National Grid covers:
// 700 km by 1300 km from the false origin.
func OnGrid(easting, northing float64) bool {
	return easting >= 0 && easting < 700e3 && northing >= 0 && northing < 1300e3
}

// ProjectOSGB36 is the projection alone: from longitude and latitude on the OSGB36 datum to grid
// metres (annex C.1 of the Ordnance Survey guide).
func ProjectOSGB36(lon, lat float64) (easting, northing float64) {
	phi, lambda := lat*degree, lon*degree
	sin, cos := math.Sincos(phi)
	tan2 := (sin / cos) * (sin / cos)
	nu, rho := radii(sin)
	eta2 := nu/rho - 1

	cos3, cos5 := cos*cos*cos, cos*cos*cos*cos*cos
	i := meridianArc(phi) + originN
	ii := nu / 2 * sin * cos
	iii := nu / 24 * sin * cos3 * (5 - tan2 + 9*eta2)
	iiia := nu / 720 * sin * cos5 * (61 - 58*tan2 + tan2*tan2)
	iv := nu * cos
	v := nu / 6 * cos3 * (nu/rho - tan2)
	vi := nu / 120 * cos5 * (5 - 18*tan2 + tan2*tan2 + 14*eta2 - 58*tan2*eta2)

	d := lambda - originLon
	d2 := d * d
	northing = i + d2*(ii+d2*(iii+d2*iiia))
	easting = originE + d*(iv+d2*(v+d2*vi))
	return easting, northing
}

// UnprojectOSGB36 is the inverse projection alone: from grid metres to longitude and latitude on
// the OSGB36 datum (annex C.2 of the Ordnance Survey guide).
func UnprojectOSGB36(easting, northing float64) (lon, lat float64) {
	phi := footLatitude(northing)
	sin, cos := math.Sincos(phi)
	tan := sin / cos
	t2 := tan * tan
	t4, t6 := t2*t2, t2*t2*t2
	nu, rho := radii(sin)
	eta2 := nu/rho - 1
	nu3 := nu * nu * nu
	nu5, nu7 := nu3*nu*nu, nu3*nu3*nu

	vii := tan / (2 * rho * nu)
	viii := tan / (24 * rho * nu3) * (5 + 3*t2 + eta2 - 9*t2*eta2)
	ix := tan / (720 * rho * nu5) * (61 + 90*t2 + 45*t4)
	x := 1 / (cos * nu)
	xi := 1 / (cos * 6 * nu3) * (nu/rho + 2*t2)
	xii := 1 / (cos * 120 * nu5) * (5 + 28*t2 + 24*t4)
	xiia := 1 / (cos * 5040 * nu7) * (61 + 662*t2 + 1320*t4 + 720*t6)

	d := easting - originE
	d2 := d * d
	lat = phi - d2*(vii-d2*(viii-d2*ix))
	lon = originLon + d*(x-d2*(xi-d2*(xii-d2*xiia)))
	return lon / degree, lat / degree
}

// radii returns the scaled radii of curvature across (nu) and along (rho) the meridian.
func radii(sinPhi float64) (nu, rho float64) {
	const e2 = (airyA*airyA - airyB*airyB) / (airyA * airyA)
	w := 1 - e2*sinPhi*sinPhi
	nu = airyA * gridScale / math.Sqrt(w)
	return nu, nu * (1 - e2) / w
}

// meridianArc is the scaled length of the meridian from the origin's latitude, M in the guide.
func meridianArc(phi float64) float64 {
	const n = (airyA - airyB) / (airyA + airyB)
	const n2, n3 = n * n, n * n * n
	d, s := phi-originLat, phi+originLat
	return airyB * gridScale * ((1+n+5.0/4*n2+5.0/4*n3)*d -
		(3*n+3*n2+21.0/8*n3)*math.Sin(d)*math.Cos(s) +
		(15.0/8*n2+15.0/8*n3)*math.Sin(2*d)*math.Cos(2*s) -
		35.0/24*n3*math.Sin(3*d)*math.Cos(3*s))
}

// footLatitude finds the latitude on the central meridian with the given northing. The guide
// stops at 0.01 mm; four or five rounds reach it, and the bound ends the loop on absurd input.
func footLatitude(northing float64) float64 {
	phi := originLat
	for range 20 {
		rest := northing - originN - meridianArc(phi)
		phi += rest / (airyA * gridScale)
		if math.Abs(rest) < 1e-8 {
			break
		}
	}
	return phi
}
