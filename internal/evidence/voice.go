package evidence

// Kinds of statements that surveys give a release.
const (
	VoiceTie    = "tie"    // a firm named an organisation, and agreed that the tie enters the network
	VoiceNeed   = "need"   // what a firm that agreed to be named says it lacks
	VoiceDemand = "demand" // how many firms want an intervention, or how much of a budget they would give it
	VoiceSaid   = "voice"  // what a firm that agreed to be named said
)

// Measures of demand.
const (
	DemandShare  = "share"  // of the firms that answered, those who want it: 0 to 1
	DemandPoints = "points" // of a budget that each firm shared out, the mean share: 0 to 1
	DemandRank   = "rank"   // of the firms that answered, those who put it among the first: 0 to 1
)

// VoiceLine is one statement that a survey gives a release. Which fields it uses hangs on the kind:
//
//	tie     Key named Other; Relation is the kind of tie from Key to Other
//	need    Key lacks Subject, a theme in a few words; Text in a sentence
//	demand  Subject is the id of an intervention; Measure, Value, Lower, Upper at Level, Base; Grouping and Category
//	        say of which firms ("" all); Invented
//	voice   Key answered the question Subject, which is Question in words, with Text; Chose are the ids of interventions
//	        that the answer chose, separated by ;
//
// Key and Other are ids of organisations, or keys of their records.
type VoiceLine struct {
	Kind     string
	ID       string // tells the line apart from all others, in every build
	SurveyID string
	Survey   string // title
	Wave     string
	Day      string // 2026-11-22, on which it was said or let into releases
	Invented bool   // made by a stated model; such lines are of the kind demand
	Key      string
	Other    string
	Relation string
	Subject  string
	Topic    string // one of survey.Topics
	Question string
	Text     string
	Chose    string
	Measure  string
	Grouping string // size, section, area, distance
	Category string
	Value    float64
	Lower    float64
	Upper    float64
	Level    float64 // confidence of the interval, such as 0.9
	Base     int     // firms that answered, unweighted
}
