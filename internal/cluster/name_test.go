package cluster

import "testing"

func TestShortName(t *testing.T) {
	for in, want := range map[string]string{
		"Manufacture of basic metals":                                                                                                    "Basic metals",
		"24100 : Manufacture of basic iron and steel and of ferro-alloys":                                                                "Basic iron and steel and ferro-alloys",
		"Manufacture of bread; manufacture of fresh pastry goods and cakes":                                                              "Bread; fresh pastry goods and cakes",
		"Manufacture of rubber tyres and tubes;retreading and rebuilding":                                                                "Rubber tyres and tubes; retreading and rebuilding",
		"Manufacture of wood and of products of wood and cork, except furniture;manufacture of articles of straw and plaiting materials": "Wood and products of wood and cork, except furniture; articles of straw and plaiting materials",
		"Remediation activities and other waste management services. This division includes the provision of remediation services":       "Remediation activities and other waste management services",
		"Production of electricity":                            "Production of electricity",
		"Repair and installation of machinery and equipment":   "Repair and installation of machinery and equipment",
		"Regulation of and contribution to more efficient use": "Regulation of and contribution to more efficient use",
		"Manufacture of other products n.e.c.":                 "Other products n.e.c.",
		"education":                                            "Education",
		"Manufacture of ":                                      "Manufacture of",
		"":                                                     "",
	} {
		if got := ShortName(in); got != want {
			t.Errorf("ShortName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestGist(t *testing.T) {
	for in, want := range map[string]string{
		"Fabricated metal products, except machinery and equipment": "Fabricated metal products",
		"Bread; fresh pastry goods and cakes":                       "Bread",
		"Office machinery (except computers)":                       "Office machinery",
		"Other products n.e.c.":                                     "Other products",
		"Basic metals":                                              "Basic metals",
		"(none)":                                                    "(none)",
	} {
		if got := Gist(in); got != want {
			t.Errorf("Gist(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestInSentence(t *testing.T) {
	for in, want := range map[string]string{
		"Basic metals": "basic metals", "Research and development": "research and development", "R&D services": "R&D services", "A business": "a business",
	} {
		if got := InSentence(in); got != want {
			t.Errorf("InSentence(%q) = %q, want %q", in, got, want)
		}
	}
}
