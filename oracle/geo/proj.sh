#!/bin/sh
# Run: sh oracle/geo/proj.sh > internal/geo/proj/testdata/proj.csv   (needs cs2cs from Debian's proj-bin)
# Writes lon,lat,easting,northing for a lattice of WGS84 positions: PROJ with the seven published parameters.
echo lon,lat,easting,northing
awk 'BEGIN { for (lat = 49.5; lat <= 61; lat += 0.7) for (lon = -9; lon <= 2.2; lon += 0.9) printf "%.4f %.4f 0\n", lon, lat }' |
	cs2cs -f %.4f -E +proj=longlat +datum=WGS84 +to +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 \
		+ellps=airy +towgs84=446.448,-125.157,542.060,0.1502,0.2470,0.8421,-20.4894 +units=m |
	awk '{ print $1 "," $2 "," $4 "," $5 }'
