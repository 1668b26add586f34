package api

// How much one address may ask: a program that pages through everything is welcome,
// one that leaves no room for others is not.
const (
	perSecond     = 50
	burst         = 200
	mostAddresses = 20_000
)
