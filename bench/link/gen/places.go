package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// postTowns are "TOWN AREA" in order of size.
var postTowns = strings.Split(`LONDON EC|LONDON N|LONDON W|LONDON SE|LONDON SW|LONDON E|LONDON NW|LONDON WC|BIRMINGHAM B|MANCHESTER M|GLASGOW G|LEEDS LS|LIVERPOOL L|
BRISTOL BS|SHEFFIELD S|EDINBURGH EH|CARDIFF CF|LEICESTER LE|NOTTINGHAM NG|BELFAST BT|NEWCASTLE UPON TYNE NE|COVENTRY CV|READING RG|BRADFORD BD|
SOUTHAMPTON SO|PORTSMOUTH PO|BRIGHTON BN|HULL HU|STOKE-ON-TRENT ST|DERBY DE|WOLVERHAMPTON WV|PLYMOUTH PL|NORWICH NR|LUTON LU|SWINDON SN|NORTHAMPTON NN|
PETERBOROUGH PE|CAMBRIDGE CB|OXFORD OX|YORK YO|MILTON KEYNES MK|ABERDEEN AB|BOLTON BL|BOURNEMOUTH BH|PRESTON PR|BLACKPOOL FY|MIDDLESBROUGH TS|
SUNDERLAND SR|HUDDERSFIELD HD|WARRINGTON WA|STOCKPORT SK|IPSWICH IP|EXETER EX|GLOUCESTER GL|COLCHESTER CO|CHELMSFORD CM|SOUTHEND-ON-SEA SS|ROMFORD RM|
CROYDON CR|KINGSTON UPON THAMES KT|TWICKENHAM TW|HARROW HA|ILFORD IG|ENFIELD EN|BROMLEY BR|DARTFORD DA|GUILDFORD GU|SLOUGH SL|WATFORD WD|ST ALBANS AL|
STEVENAGE SG|TONBRIDGE TN|MAIDSTONE ME|CANTERBURY CT|REDHILL RH|DONCASTER DN|ROTHERHAM S|BARNSLEY S|CHESTERFIELD S|WAKEFIELD WF|HALIFAX HX|HARROGATE HG|
DARLINGTON DL|DURHAM DH|CARLISLE CA|LANCASTER LA|BLACKBURN BB|OLDHAM OL|WIGAN WN|CHESTER CH|CREWE CW|TELFORD TF|SHREWSBURY SY|WALSALL WS|DUDLEY DY|
WORCESTER WR|HEREFORD HR|LINCOLN LN|GRIMSBY DN|SCUNTHORPE DN|BATH BA|TAUNTON TA|TORQUAY TQ|TRURO TR|SALISBURY SP|DORCHESTER DT|NEWPORT NP|SWANSEA SA|
BANGOR LL|WREXHAM LL|DUNDEE DD|PERTH PH|STIRLING FK|INVERNESS IV|AYR KA|PAISLEY PA|MOTHERWELL ML|DUNFERMLINE KY|DUMFRIES DG|GALASHIELS TD|DERRY BT|
LISBURN BT|NEWRY BT|ARMAGH BT|KETTERING NN|CORBY NN|BEDFORD MK|HITCHIN SG|HARLOW CM|BASILDON SS|ASHFORD TN|DOVER CT|HASTINGS TN|EASTBOURNE BN|WORTHING BN|
CRAWLEY RH|WOKING GU|BASINGSTOKE RG|NEWBURY RG|BANBURY OX|RUGBY CV|NUNEATON CV|BURTON-ON-TRENT DE|MANSFIELD NG|WORKSOP S|GOOLE DN|SELBY YO|RIPON HG|SKIPTON BD|
KENDAL LA|PENRITH CA|BURNLEY BB|ROCHDALE OL|BURY BL|SALFORD M|RUNCORN WA|WIDNES WA|SOUTHPORT PR|BIRKENHEAD CH|STAFFORD ST|CANNOCK WS|TAMWORTH B|SOLIHULL B`, "|")

const inward = "ABDEFGHJLNPQRSTUWXYZ"

// address is where an organisation is; the town number lets another address in the same town be found.
type address struct {
	street, town, postcode string
	at                     int
}

// placer makes up addresses. A postcode holds a few organisations; the addresses of formation agents hold very many.
type placer struct {
	r       *rand.Rand
	town    zipf
	crowded []address
	crowd   zipf
	first   []int // the first postcode district of each town
	units   int   // postcodes in the country
	street  zipf
	seed    uint64
}

const (
	crowds       = 60
	crowdPercent = 7
	perPostcode  = 4
)

func newPlacer(r *rand.Rand, organisations int) *placer {
	p := &placer{r: r, town: newZipf(len(postTowns), 6, 0.95), crowd: newZipf(crowds, 3, 1), street: newZipf(len(streets), 4, 0.7), seed: r.Uint64()}
	p.units = max(2000, organisations/perPostcode)
	next := map[string]int{}
	for i := range postTowns {
		_, area := split(postTowns[i])
		p.first = append(p.first, next[area]+1)
		next[area] += p.districts(i)
	}
	for i := range crowds {
		t := i % 9
		p.crowded = append(p.crowded, p.in(t))
	}
	return p
}

func (p *placer) next() address {
	if p.r.IntN(100) < crowdPercent {
		a := p.crowded[p.crowd.draw(p.r)]
		if p.r.IntN(3) == 0 {
			a.street = "SUITE " + strconv.Itoa(1+p.r.IntN(400)) + " " + a.street
		}
		return a
	}
	return p.in(p.town.draw(p.r))
}

// in makes an address in town t. A postcode always has the same street, as in life.
func (p *placer) in(t int) address {
	units := p.count(t)
	unit := p.r.IntN(units)
	name, area := split(postTowns[t])
	h := rand.New(rand.NewPCG(p.seed, uint64(t)<<32|uint64(unit)))
	street := streets[p.street.draw(h)] + " " + streetKinds[h.IntN(len(streetKinds))]
	number := strconv.Itoa(1 + p.r.IntN(30) + 30*h.IntN(4))
	line := number + " " + street
	if h.IntN(6) == 0 {
		line = "UNIT " + strconv.Itoa(1+p.r.IntN(40)) + " " + streets[h.IntN(len(streets))] + " " + estates[h.IntN(len(estates))] + ", " + street
	}
	return address{street: line, town: name, postcode: p.code(area, t, unit, units), at: t}
}

// count is the number of postcodes of a town, districts that of its postcode districts.
func (p *placer) count(t int) int { return max(3, int(float64(p.units)*p.town.share(t))) }

func (p *placer) districts(t int) int { return 2 + max(int(p.town.share(t)*200), p.count(t)/district) }

// district is how many postcodes a district can hold: ten sectors of 20 x 20.
const district = 10 * 20 * 20

// code spreads the postcodes of a town over its districts.
func (p *placer) code(area string, t, unit, units int) string {
	slot := int(int64(unit) * int64(p.districts(t)*district) / int64(units))
	u := slot % district
	b := append([]byte(area), strconv.Itoa(p.first[t]+slot/district)...)
	return string(append(b, ' ', byte('0'+u/400), inward[u/20%20], inward[u%20]))
}

func split(s string) (string, string) {
	s = strings.TrimSpace(s)
	i := strings.LastIndexByte(s, ' ')
	return s[:i], s[i+1:]
}
