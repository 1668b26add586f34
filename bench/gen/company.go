package main

import (
	_ "embed"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// header is the official one, blanks before some names and all.
const header = "CompanyName, CompanyNumber,RegAddress.CareOf,RegAddress.POBox,RegAddress.AddressLine1, RegAddress.AddressLine2,RegAddress.PostTown,RegAddress.County,RegAddress.Country,RegAddress.PostCode,CompanyCategory,CompanyStatus,CountryOfOrigin,DissolutionDate,IncorporationDate,Accounts.AccountRefDay,Accounts.AccountRefMonth,Accounts.NextDueDate,Accounts.LastMadeUpDate,Accounts.AccountCategory,Returns.NextDueDate,Returns.LastMadeUpDate,Mortgages.NumMortCharges,Mortgages.NumMortOutstanding,Mortgages.NumMortPartSatisfied,Mortgages.NumMortSatisfied,SICCode.SicText_1,SICCode.SicText_2,SICCode.SicText_3,SICCode.SicText_4,LimitedPartnerships.NumGenPartners,LimitedPartnerships.NumLimPartners,URI,PreviousName_1.CONDATE, PreviousName_1.CompanyName, PreviousName_2.CONDATE, PreviousName_2.CompanyName,PreviousName_3.CONDATE, PreviousName_3.CompanyName,PreviousName_4.CONDATE, PreviousName_4.CompanyName,PreviousName_5.CONDATE, PreviousName_5.CompanyName,PreviousName_6.CONDATE, PreviousName_6.CompanyName,PreviousName_7.CONDATE, PreviousName_7.CompanyName,PreviousName_8.CONDATE, PreviousName_8.CompanyName,PreviousName_9.CONDATE, PreviousName_9.CompanyName,PreviousName_10.CONDATE, PreviousName_10.CompanyName,ConfStmtNextDueDate, ConfStmtLastMadeUpDate\n"

// sicText lists valid SIC 2007 codes with the register's descriptions and rough shares.
//
//go:embed sic.txt
var sicText string

// category is a legal form: its name in the register, the endings of its names, its number prefixes in England,
// Scotland and Northern Ireland ("" is a plain number) and its share.
type category struct {
	name                     string
	endings                  []string
	england, scotland, north string
	weight                   float64
}

var categories = []category{
	{"Private Limited Company", []string{"LIMITED", "LTD", "LIMITED", "LTD", "LTD", "LIMITED", "LIMITED", "LTD", "LTD", "LTD."}, "", "SC", "NI", 935},
	{"PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)", []string{"LIMITED", "LTD"}, "", "SC", "NI", 22},
	{"PRI/LBG/NSC (Private, Limited by guarantee, no share capital, use of 'Limited' exemption)", []string{"TRUST", "ASSOCIATION", "CHARITY"}, "", "SC", "NI", 10},
	{"Community Interest Company", []string{"C.I.C.", "CIC", "COMMUNITY INTEREST COMPANY"}, "", "SC", "NI", 6},
	{"Limited Liability Partnership", []string{"LLP"}, "OC", "SO", "NC", 10},
	{"Limited Partnership", []string{"LP", "L.P.", "LIMITED PARTNERSHIP"}, "LP", "SL", "NL", 5},
	{"Public Limited Company", []string{"PLC", "P.L.C."}, "", "SC", "NI", 1.5},
	{"Private Unlimited Company", []string{"UNLIMITED", "COMPANY"}, "", "SC", "NI", 1},
	{"Other company type", []string{"INCORPORATED", "GMBH", "B.V.", "S.A."}, "FC", "FC", "FC", 2.5},
	{"Registered Society", []string{"SOCIETY", "CO-OPERATIVE LIMITED"}, "IP", "IP", "IP", 2},
	{"Royal Charter Company", []string{"INSTITUTE", "INSTITUTION"}, "RC", "RC", "RC", 0.05},
}

// share is a value of a column and its weight.
type share struct {
	text   string
	weight float64
}

var statuses = []share{{"Active", 905}, {"Active - Proposal to Strike off", 66}, {"Liquidation", 25}, {"In Administration", 0.6},
	{"Live but Receiver Manager on at least one charge", 0.3}, {"Voluntary Arrangement", 0.2}, {"In Administration/Administrative Receiver", 0.05},
	{"ADMINISTRATIVE RECEIVER", 0.05}, {"RECEIVERSHIP", 0.05}}

var accounts = []share{{"MICRO ENTITY", 300}, {"TOTAL EXEMPTION FULL", 290}, {"NO ACCOUNTS FILED", 200}, {"DORMANT", 130},
	{"UNAUDITED ABRIDGED", 40}, {"FULL", 12}, {"SMALL", 10}, {"GROUP", 6}, {"TOTAL EXEMPTION SMALL", 6}, {"AUDIT EXEMPTION SUBSIDIARY", 4},
	{"ACCOUNTS TYPE NOT AVAILABLE", 1}, {"AUDITED ABRIDGED", 1}, {"PARTIAL EXEMPTION", 0.5}, {"INITIAL", 0.2}, {"MEDIUM", 0.2}}

func sharesSampler(s []share) *sampler {
	w := make([]float64, len(s))
	for i := range s {
		w[i] = s[i].weight
	}
	return newSampler(w)
}

// register makes companies row by row.
type register struct {
	r                                *rand.Rand
	names                            *namer
	addresses                        *addresser
	sics                             []string
	sic, status, account, categories *sampler
	prefixes                         map[string]*prefixed
	rows                             int
	name                             []byte
}

func newRegister(rows int, seed uint64, codes *directory) *register {
	r := rand.New(rand.NewPCG(seed, 2))
	g := &register{r: r, names: newNamer(r), rows: rows, prefixes: newPrefixed(), status: sharesSampler(statuses), account: sharesSampler(accounts)}
	g.addresses = newAddresser(r, g.names, codes)
	var w []float64
	for line := range strings.Lines(sicText) {
		text, weight, _ := strings.Cut(strings.TrimSpace(line), "|")
		g.sics = append(g.sics, text)
		f, err := strconv.ParseFloat(weight, 64)
		if err != nil {
			panic(fmt.Sprintf("gen: embedded list of SIC codes: %v", err))
		}
		w = append(w, f)
	}
	g.sic = newSampler(w)
	w = w[:0]
	for _, c := range categories {
		w = append(w, c.weight)
	}
	g.categories = newSampler(w)
	return g
}

// writeRegister writes the header and the rows.
func writeRegister(w io.Writer, rows int, seed uint64, codes *directory) error {
	g := newRegister(rows, seed, codes)
	buf := make([]byte, 0, 1<<16)
	buf = append(buf, header...)
	for i := range rows {
		buf = g.row(buf, i)
		if len(buf) > 1<<15 || i == rows-1 {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	return nil
}

// identity chooses the company's number and day of incorporation.
func (g *register) identity(i int, cat *category, region byte) (number string, incorporated int) {
	prefix := cat.england
	switch region {
	case 'S':
		prefix = cat.scotland
	case 'N':
		prefix = cat.north
	}
	if p := g.prefixes[prefix]; p != nil {
		return p.take()
	}
	// A multiplier without a common factor visits every place once; this prime is above any number of rows.
	at := int(uint64(i) * 2654435761 % uint64(g.rows))
	n, d := place((float64(at) + 0.5) / float64(g.rows))
	return fmt.Sprintf("%08d", n), d
}

// row appends one company in 55 quoted fields.
func (g *register) row(b []byte, i int) []byte {
	r := g.r
	cat := &categories[g.categories.draw(r)]
	g.name = g.names.name(g.name[:0], cat)
	a := g.addresses.draw()
	number, inc := g.identity(i, cat, a.town.region)
	status := g.status.draw(r)
	b = append(field(b, g.name), ',')
	b = append(text(b, number), ',')
	b = append(g.addresses.fields(b, a), ',')
	origin := "United Kingdom"
	if cat.england == "FC" {
		origin = []string{"UNITED STATES", "NETHERLANDS", "IRELAND", "VIRGIN ISLANDS, BRITISH", "JERSEY", "GERMANY"}[r.IntN(6)]
	}
	for _, s := range []string{cat.name, statuses[status].text, origin, ""} {
		b = append(text(b, s), ',')
	}
	b = append(date(b, inc), ',')
	b = append(g.accounts(b, inc), ',')
	b = append(g.mortgages(b), ',')
	b = append(g.activities(b), ',')
	if cat.england == "LP" {
		b = append(b, `"1","`...)
		b = append(strconv.AppendInt(b, int64(1+r.IntN(20)), 10), `",`...)
	} else {
		b = append(b, `"0","0",`...)
	}
	b = append(b, `"http://business.data.gov.uk/id/company/`...)
	b = append(append(b, number...), `",`...)
	b = append(g.previous(b, cat, inc), ',')
	return append(g.statement(b, inc), '\n')
}

// monthDays are the last days of the months: nearly all accounts end on one.
var monthDays = [12]int64{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// accounts appends the five fields of accounts and the two of the old annual return.
func (g *register) accounts(b []byte, inc int) []byte {
	r := g.r
	b = append(b, '"')
	month := r.IntN(12)
	b = append(strconv.AppendInt(b, monthDays[month], 10), `","`...)
	b = append(strconv.AppendInt(b, int64(month+1), 10), `",`...)
	age := asOf - inc
	k := g.account.draw(r)
	if age < 600 {
		b = append(date(b, inc+640), `,"","NO ACCOUNTS FILED",`...)
	} else {
		last := asOf - 90 - r.IntN(500)
		b = append(date(b, last+365+274), ',')
		b = append(date(b, last), ',')
		b = append(text(b, accounts[k].text), ',')
	}
	if old := day(2016, 6, 30) - inc; old > 400 {
		last := day(2016, 6, 30) - r.IntN(365)
		b = append(date(b, last+393), ',')
		return date(b, last)
	}
	return append(date(b, inc+393), `,""`...)
}

// mortgages appends the four counts: charges, outstanding, partly and fully satisfied.
func (g *register) mortgages(b []byte) []byte {
	if g.r.IntN(8) > 0 {
		return append(b, `"0","0","0","0"`...)
	}
	n := 1 + int(math.Min(g.r.ExpFloat64()*2, 200))
	satisfied := g.r.IntN(n + 1)
	for _, v := range []int{n, n - satisfied, 0} {
		b = append(strconv.AppendInt(append(b, '"'), int64(v), 10), `",`...)
	}
	return append(strconv.AppendInt(append(b, '"'), int64(satisfied), 10), '"')
}

// activities appends four SIC texts: most companies have one, some none.
func (g *register) activities(b []byte) []byte {
	n := []int{1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4}[g.r.IntN(12)]
	if g.r.IntN(40) == 0 {
		b = append(b, `"None Supplied"`...)
		return append(b, `,"","",""`...)
	}
	for k := range 4 {
		if k > 0 {
			b = append(b, ',')
		}
		if k < n {
			b = text(b, g.sics[g.sic.draw(g.r)])
		} else {
			b = append(b, `""`...)
		}
	}
	return b
}

// previous appends the ten pairs of date and former name.
func (g *register) previous(b []byte, cat *category, inc int) []byte {
	n := 0
	for n < 10 && g.r.IntN(9) == 0 {
		n++
	}
	until := asOf
	for k := range 10 {
		if k > 0 {
			b = append(b, ',')
		}
		if k >= n || until-inc < 2 {
			b = append(b, `"",""`...)
			continue
		}
		until = inc + 1 + g.r.IntN(until-inc-1)
		b = append(date(b, until), ',')
		g.name = g.names.name(g.name[:0], cat)
		b = field(b, g.name)
	}
	return b
}

// statement appends the dates of the confirmation statement.
func (g *register) statement(b []byte, inc int) []byte {
	if asOf-inc < 365 {
		return append(date(b, inc+378), `,""`...)
	}
	last := asOf - g.r.IntN(370)
	b = append(date(b, last+379), ',')
	return date(b, last)
}

func date(b []byte, d int) []byte {
	return append(append(append(b, '"'), dateText(d)...), '"')
}

func text(b []byte, s string) []byte {
	return append(append(append(b, '"'), s...), '"')
}

// field appends a quoted field with the quotes in it doubled.
func field(b, s []byte) []byte {
	b = append(b, '"')
	for _, c := range s {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}
