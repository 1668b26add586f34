package introduce

// Data is what the ranking knows: organisations ascending by id, and everything
// else by their numbers.
type Data struct {
	Orgs     []Org
	Ties     []Tie
	Meetings []Meeting
	Themes   []string // lower-case words; Org.Themes, Offers and Needs are places in it
	Sectors  []Named  // bit i of Org.Sectors
	Now      int      // year of the newest evidence
	// Community is a group number for each organisation, or nil.
	Community []int32
}

// Named is an id and how it is called.
type Named struct{ ID, Name string }

// Org is an organisation.
type Org struct {
	ID, Name, Role string
	Lon, Lat       float64
	Placed         bool
	Industry       string // industry code (SIC 2007), or ""
	Sectors        uint32
	// Themes is what it works on, Offers and Needs what it said.
	Themes, Offers, Needs []int32
	Closed                string // why it is closed ("dissolved", "dormant"), "" when it is not
}

// Tie is one spell of one kind of tie.
type Tie struct {
	A, B        int32
	First, Last int    // years; First 0: not dated; Last 9999: goes on
	Family      string // "tie", "met" or "named"
	Strong      bool
	// Inside says that B owns or holds A (part of); Working that the two do
	// something together: not owning, funding or letting.
	Inside, Working bool
	// Assumed says that no source names the end: Last is how long such ties last.
	Assumed bool
}

// Meeting is who was at one meeting.
type Meeting struct {
	Name string
	Year int
	Orgs []int32
}
