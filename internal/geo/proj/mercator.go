package proj

import "math"

// MaxMercatorLat is the latitude, in degrees, at which Web Mercator's square world ends:
// 2·atan(e^π) − 90°.
const MaxMercatorLat = 85.05112877980659

// Mercator returns a position as fractions of the Web Mercator world (EPSG:3857, the tiling of
// web maps): x runs east from 180° W, y runs south from [MaxMercatorLat], both in [0,1). Positions
// outside the world are moved to its edge; NaN gives NaN. Multiply by 2^z for tile numbers.
func Mercator(lon, lat float64) (x, y float64) {
	s := math.Sin(max(-MaxMercatorLat, min(lat, MaxMercatorLat)) * degree)
	x = lon/360 + 0.5
	y = 0.5 - math.Log((1+s)/(1-s))/(4*math.Pi)
	return unit(x), unit(y)
}

// FromMercator is the inverse of [Mercator].
func FromMercator(x, y float64) (lon, lat float64) {
	return (x - 0.5) * 360, math.Atan(math.Sinh(math.Pi*(1-2*y))) / degree
}

// unit moves v into [0,1), and leaves NaN alone.
func unit(v float64) float64 {
	const belowOne = 1 - 1.0/(1<<53)
	if v < 0 {
		return 0
	}
	if v > belowOne {
		return belowOne
	}
	return v
}

// earthRadiusM is the mean radius (2a+b)/3 of the WGS84 ellipsoid, as the IUGG defines it.
const earthRadiusM = 6371008.7714

// DistanceM is the great-circle distance in metres between two positions on a sphere of the
// earth's mean radius (haversine formula). It differs from the distance on the ellipsoid by at
// most 0.6 %.
func DistanceM(lon1, lat1, lon2, lat2 float64) float64 {
	sinLat := math.Sin((lat2 - lat1) * degree / 2)
	sinLon := math.Sin((lon2 - lon1) * degree / 2)
	h := sinLat*sinLat + math.Cos(lat1*degree)*math.Cos(lat2*degree)*sinLon*sinLon
	return 2 * earthRadiusM * math.Asin(math.Min(1, math.Sqrt(h)))
}
