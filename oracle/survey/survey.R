# Run from the root of the repository: Rscript oracle/survey/survey.R   (R 4.2 with survey 4.1-1; Debian r-cran-survey)
# Writes internal/sampling/testdata: the columns that are used of the package's api data (Academic Performance Index of schools,
# California Department of Education, 2000), and what the package makes of them. sampling's TestR holds our numbers against these.
suppressMessages(library(survey))
options(digits = 16, survey.lonely.psu = "adjust")
data(api)
out <- "internal/sampling/testdata"
text <- function(x) if (is.logical(x)) tolower(as.character(x)) else if (is.numeric(x)) ifelse(is.finite(x), format(x, digits = 17, trim = TRUE, scientific = FALSE), "null") else paste0("\"", x, "\"")
json <- function(name, row) {
  cells <- vapply(names(row), function(k) if (length(row[[k]]) == 1) paste0("\"", k, "\": ", text(row[[k]])) else paste0("\"", k, "\": [", paste(text(row[[k]]), collapse = ", "), "]"), "")
  paste0("    {\"sample\": \"", name, "\", ", paste(cells, collapse = ", "), "}")
}
# made: schools of the same data in strata, clusters and weights of our own, among them a stratum of one cluster and
# one whose three clusters are all there are.
set.seed(7)
pick <- apipop[sample(which(complete.cases(apipop[c("dnum", "stype", "sch.wide", "awards", "api99", "api00", "enroll")])), 120), ]
apimade <- data.frame(stratum = rep(c("a", "b", "c", "d"), c(60, 40, 15, 5)), pick, pw = round(runif(120, 5, 120), 3))
apimade$dnum <- c(rep(1:20, each = 3), rep(21:30, each = 4), rep(31:33, each = 5), rep(34, 5))
apimade$fpc <- c(a = 400, b = 90, c = 3, d = 12)[apimade$stratum]
apistrat$stratum <- as.character(apistrat$stype)
apisrs$stratum <- apiclus1$stratum <- ""
keep <- c("dnum", "stype", "sch.wide", "awards", "api99", "api00", "enroll", "pw", "fpc", "stratum")
for (name in c("apistrat", "apisrs", "apiclus1", "apimade")) {
  d <- get(name)[keep]
  names(d) <- c("cluster", "stype", "schwide", "awards", "api99", "api00", "enroll", "weight", "size", "stratum")
  write.csv(d, file.path(out, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}
designs <- list(
  apistrat = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  apisrs = svydesign(id = ~1, weights = ~pw, data = apisrs, fpc = ~fpc),
  apiclus1 = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc),
  apimade = svydesign(id = ~dnum, strata = ~stratum, weights = ~pw, data = apimade, fpc = ~fpc),
  "apistrat nofpc" = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat))
# The margins of the package's own example (?rake): all 6194 schools by type and by whether the school met its target.
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
tight <- list(maxit = 1000, epsilon = 1e-13, verbose = FALSE)
for (name in c("apistrat", "apisrs", "apiclus1", "apimade")) {
  plain <- designs[[name]]
  designs[[paste(name, "raked averaged")]] <- suppressWarnings(rake(plain, list(~stype, ~sch.wide), list(types, wide), control = tight))
  designs[[paste(name, "raked regressed")]] <- calibrate(plain, ~ stype + sch.wide, population = c("(Intercept)" = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122), calfun = "raking", epsilon = 1e-13, maxit = 1000)
}
lines <- c()
share <- function(name, d, what, domain, dom) {
  f <- as.formula(paste0("~I(", what, " == \"Yes\")"))
  m <- svymean(as.formula(paste0("~as.numeric(", what, " == \"Yes\")")), d, deff = TRUE)
  ci <- function(method) as.numeric(attr(svyciprop(f, d, method = method), "ci"))
  json(name, list(of = "share", y = what, domain = domain, value = as.numeric(coef(m)), se = as.numeric(SE(m)), deff = as.numeric(deff(m)), df = degf(d), n = sum(weights(d) != 0), wald = ci("mean"), logit = ci("logit"), beta = ci("beta"), rows = nrow(d)))
}
for (name in names(designs)) {
  d <- designs[[name]]
  w <- weights(d)
  lines <- c(lines, json(name, list(of = "weights", y = "", value = sum(w), se = 0, weights = as.numeric(w))))
  for (domain in c("", "E", "H", "M")) {
    s <- if (domain == "") d else subset(d, stype == domain)
    for (y in c("api00", "enroll")) {
      if (y == "enroll" && any(is.na(s$variables[[y]]))) next
      m <- svymean(as.formula(paste0("~", y)), s, deff = TRUE)
      ci <- as.numeric(confint(m, df = degf(s)))
      lines <- c(lines, json(name, list(of = "mean", y = y, domain = domain, value = as.numeric(coef(m)), se = as.numeric(SE(m)), deff = as.numeric(deff(m)), df = degf(s), n = sum(weights(s) != 0), wald = ci)))
      t <- svytotal(as.formula(paste0("~", y)), s, deff = TRUE)
      lines <- c(lines, json(name, list(of = "total", y = y, domain = domain, value = as.numeric(coef(t)), se = as.numeric(SE(t)), deff = as.numeric(deff(t)), df = degf(s), n = sum(weights(s) != 0))))
    }
    r <- svyratio(~api00, ~api99, s, deff = TRUE)
    lines <- c(lines, json(name, list(of = "ratio", y = "api00", domain = domain, value = as.numeric(coef(r)), se = as.numeric(SE(r)), deff = as.numeric(deff(r)), df = degf(s), n = sum(weights(s) != 0))))
    for (what in c("awards", "sch.wide")) lines <- c(lines, share(name, s, what, domain, stype))
  }
  # Schools of type E against those of type H: a linear model without intercept has the means as coefficients.
  k <- svycontrast(svyglm(api00 ~ 0 + stype, d), c(stypeE = 1, stypeH = -1))
  lines <- c(lines, json(name, list(of = "compare", y = "api00", domain = "E-H", value = as.numeric(coef(k)), se = as.numeric(SE(k)))))
}
# Levered residuals by hand: of the regression weighted by the weights before, over the root of one less the leverage.
for (name in c("apistrat", "apisrs", "apiclus1", "apimade")) {
  d <- designs[[paste(name, "raked regressed")]]
  plain <- designs[[name]]
  w <- weights(d)
  for (domain in c("", "M")) {
    inside <- if (domain == "") rep(TRUE, length(w)) else plain$variables$stype == domain
    y <- plain$variables$api00
    mean <- sum((w * y)[inside]) / sum(w[inside])
    u <- ifelse(inside, (y - mean) / sum(w[inside]), 0)
    base <- weights(plain)
    fit <- lm(u ~ stype + sch.wide, data = cbind(plain$variables, u = u, base = base), weights = base)
    x <- w * residuals(fit) / sqrt(1 - hatvalues(fit))
    v <- survey:::svyrecvar(as.matrix(x), plain$cluster, plain$strata, plain$fpc)
    s <- if (domain == "") plain else subset(plain, stype == domain)
    lines <- c(lines, json(paste(name, "raked levered"), list(of = "mean", y = "api00", domain = domain, value = mean, se = sqrt(v[1, 1]), df = degf(s), n = sum(inside))))
  }
}
writeLines(c("{", paste0("  \"made\": \"R ", getRversion(), ", survey ", packageVersion("survey"), "\","), "  \"results\": [", paste(lines, collapse = ",\n"), "  ]", "}"), file.path(out, "survey.json"))
