"""Links a labelled set of people with Splink and the settings that Splink's own documentation uses for it.

Usage: python splink_people.py DATASET -o pairs.csv [--data FOLDER] [--threads N]

DATASET is febrl1, febrl2, febrl3, febrl4 or fake_1000. febrl3, febrl4 and fake_1000 take the blocking rules, the
comparisons and the training steps of the Splink demos "febrl3", "febrl4" (its detailed model) and
"accuracy_analysis_from_labels_column"; febrl1 and febrl2, which have no demo, take those of febrl3, of which they are
smaller sisters. Cells are trimmed and blank ones made null, which the demos do only in part and which helps Splink.
"""

import argparse
import os
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

FEBRL_COLUMNS = ["given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state",
                 "date_of_birth", "soc_sec_id"]


def read_febrl(con, path):
    cells = ", ".join(f"nullif(trim({c}), '') as {c}" for c in FEBRL_COLUMNS)
    return con.sql(f"select trim(rec_id) as rec_id, {cells} from read_csv('{path}', header=true, all_varchar=true, "
                   "normalize_names=true)").to_arrow_table()


def read_fake(con, path):
    return con.sql(f"select * from read_csv('{path}', header=true)").to_arrow_table()


def febrl_dedupe():
    return SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on(c) for c in ["soc_sec_id", "given_name", "surname", "date_of_birth", "postcode"]],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ])


def febrl_link():
    return SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d",
                                     invalid_dates_as_null=True),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ])


def fake():
    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(c) for c in ["first_name", "surname", "dob", "email"]],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=False),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ])


def train_febrl_dedupe(t):
    t.estimate_probability_two_random_records_match([
        block_on("soc_sec_id"),
        block_on("given_name", "surname", "date_of_birth"),
        "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
    ], recall=0.9)
    t.estimate_u_using_random_sampling(max_pairs=1e6, seed=2)
    for column in ["date_of_birth", "postcode"]:
        t.estimate_parameters_using_expectation_maximisation(block_on(column))


def train_febrl_link(t):
    t.estimate_probability_two_random_records_match(
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.8)
    t.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for column in ["date_of_birth", "postcode"]:
        t.estimate_parameters_using_expectation_maximisation(block_on(column), estimate_without_term_frequencies=True)


def train_fake(t):
    t.estimate_probability_two_random_records_match([
        "l.first_name = r.first_name and levenshtein(r.dob::VARCHAR, l.dob::VARCHAR) <= 1",
        "l.surname = r.surname and levenshtein(r.dob::VARCHAR, l.dob::VARCHAR) <= 1",
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
        "l.email = r.email",
    ], recall=0.7)
    t.estimate_u_using_random_sampling(max_pairs=1e6, seed=5)
    for columns in [["dob"], ["email"], ["first_name", "surname"]]:
        t.estimate_parameters_using_expectation_maximisation(block_on(*columns), estimate_without_term_frequencies=True)


# Files, reader, settings, training and id column of each set.
DATASETS = {
    "febrl1": (["febrl/dataset1.csv"], read_febrl, febrl_dedupe, train_febrl_dedupe, "rec_id"),
    "febrl2": (["febrl/dataset2.csv"], read_febrl, febrl_dedupe, train_febrl_dedupe, "rec_id"),
    "febrl3": (["febrl/dataset3.csv"], read_febrl, febrl_dedupe, train_febrl_dedupe, "rec_id"),
    "febrl4": (["febrl/dataset4a.csv", "febrl/dataset4b.csv"], read_febrl, febrl_link, train_febrl_link, "rec_id"),
    "fake_1000": (["fake_1000.csv"], read_fake, fake, train_fake, "unique_id"),
}


def main():
    p = argparse.ArgumentParser(description="Link people with Splink and its documented settings.")
    p.add_argument("dataset", choices=DATASETS)
    p.add_argument("-o", required=True, metavar="PAIRS", help="CSV to write: left_id,right_id,weight,probability")
    p.add_argument("--data", default=os.path.join(os.environ.get("MILIEU_TESTDATA", "../shared/data"),
                                                  "entity_resolution", "splink"), help="folder of fake_1000.csv and febrl/")
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    files, read, settings, train, key = DATASETS[a.dataset]
    start = time.perf_counter()
    con = duckdb.connect(config={"threads": a.threads})
    api = DuckDBAPI(connection=con)
    tables = [api.register(read(con, os.path.join(a.data, f))) for f in files]
    linker = Linker(tables if len(tables) > 1 else tables[0], settings(), log_level="ERROR")
    train(linker.training)
    trained = time.perf_counter()
    pairs = linker.inference.predict()
    con.sql(f"copy (select {key}_l as left_id, {key}_r as right_id, match_weight as weight, match_probability as probability "
            f"from {pairs.physical_name} order by left_id, right_id) to '{a.o}' (header)")
    done = time.perf_counter()
    print(f"{a.dataset}: train {trained - start:.2f} s, score {done - trained:.2f} s")


if __name__ == "__main__":
    main()
