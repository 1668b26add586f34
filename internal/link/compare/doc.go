// Package compare measures how alike two values of a record are: texts, dates,
// postcodes, addresses, numbers. It owns the forms into which such values are
// brought before they are compared; what a likeness is worth is the model's. Its
// functions take no memory per comparison.
package compare
