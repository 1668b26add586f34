// Package link finds the records of tables that stand for the same thing, by the
// model of Fellegi and Sunter. It owns the model (data, written as TOML), the
// blocking that says which pairs are looked at, scoring, unsupervised training,
// and the clusters that follow from pairs. It knows tables and columns; what a
// record stands for, and what becomes of a cluster, is the caller's.
//
// Everything is a function of tables, model and seed: the number of workers, the
// memory limit, an interruption and the order of the rows change no byte of the
// result.
package link
