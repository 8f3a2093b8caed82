# Reference values from R's metafor for the tests of the evidence room.
# Run from the repository root: Rscript validation/metafor/reference.R > validation/metafor/reference.json
suppressPackageStartupMessages({library(metafor); library(metadat)})

TIGHT <- list(threshold = 1e-14, tol = 1e-14, maxiter = 10000, tau2.max = 1e6)
METHODS <- c("DL", "PM", "REML", "ML", "SJ", "HE")

# ---- JSON with 17 significant digits, so that every double survives ----
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    parts <- vapply(x, json, "")
    if (!is.null(names(x))) return(paste0("{", paste0('"', names(x), '": ', parts, collapse = ", "), "}"))
    return(paste0("[", paste(parts, collapse = ",\n "), "]"))
  }
  one <- function(v) {
    if (is.na(v)) "null"
    else if (is.character(v)) paste0('"', gsub('"', "'", v, fixed = TRUE), '"')
    else if (is.logical(v)) tolower(as.character(v))
    else sprintf("%.17g", v)
  }
  parts <- vapply(x, one, "", USE.NAMES = FALSE)
  if (inherits(x, "scalar")) return(parts)
  paste0("[", paste(parts, collapse = ", "), "]")
}
s <- function(x) structure(unname(x), class = "scalar")
rows <- function(m) lapply(seq_len(nrow(m)), function(i) unname(m[i, ]))

# ---- pairwise ----
summarise <- function(res) {
  # this version's predict() has the normal quantile only; Student's t on k - 2 degrees of freedom is put in by hand
  half <- if (res$k > 2) qt(0.975, res$k - 2) * sqrt(rma(res$yi, res$vi, tau2 = res$tau2)$se^2 + res$tau2) else NA
  list(estimate = s(c(res$beta)), se = s(res$se), ci_low = s(res$ci.lb), ci_high = s(res$ci.ub), p_value = s(res$pval),
       prediction_low = s(c(res$beta) - half), prediction_high = s(c(res$beta) + half))
}
one_method <- function(yi, vi, method) {
  normal <- rma(yi, vi, method = method, control = TIGHT)
  knha <- rma(yi, vi, method = method, test = "knha", control = TIGHT)
  # the estimator itself does not enter a Q-profile interval
  list(tau2 = s(normal$tau2), i2 = s(normal$I2 / 100), h2 = s(normal$H2), normal = summarise(normal), knha = summarise(knha))
}
pairwise <- function(name, source, yi, vi) {
  keep <- !is.na(yi) & !is.na(vi)
  yi <- c(yi[keep]); vi <- c(vi[keep])
  common <- rma(yi, vi, method = "EE")
  ci <- confint(rma(yi, vi, method = "REML", control = TIGHT), control = TIGHT)$random
  methods <- lapply(METHODS, function(m) one_method(yi, vi, m)); names(methods) <- METHODS
  out <- list(name = s(name), source = s(source), yi = yi, vi = vi, common = summarise(common)[1:5], q = s(common$QE),
              q_p_value = s(common$QEp), q_profile = list(tau2_low = s(ci["tau^2", "ci.lb"]), tau2_high = s(ci["tau^2", "ci.ub"]),
              i2_low = s(ci["I^2(%)", "ci.lb"] / 100), i2_high = s(ci["I^2(%)", "ci.ub"] / 100)), methods = methods)
  if (length(yi) > 2) {
    reml <- rma(yi, vi, method = "REML", control = TIGHT)
    lm <- regtest(reml, model = "lm"); mixed <- regtest(reml, model = "rma")
    out$egger <- list(regression = list(statistic = s(lm$zval), p_value = s(lm$pval), limit = s(lm$est), df = s(lm$dfs)),
                      random = list(statistic = s(mixed$zval), p_value = s(mixed$pval), limit = s(mixed$est)))
    fill <- function(e) {
      t <- trimfill(reml, estimator = e, control = TIGHT)
      list(k_missing = s(t$k0), side = s(t$side), estimate = s(c(t$beta)), se = s(t$se), tau2 = s(t$tau2))
    }
    out$trim_and_fill <- list(L0 = fill("L0"), R0 = fill("R0"))
    left <- leave1out(reml)
    out$leave_one_out <- vapply(seq_along(yi), function(i) c(rma(yi[-i], vi[-i], method = "REML", control = TIGHT)$beta), 0)
  }
  out
}
esc <- function(e) list(yi = c(e$yi), vi = c(e$vi))
ref <- function(name) paste("R package metadat", packageVersion("metadat"), name)
add <- function(name, e) pairwise(name, ref(name), e$yi, e$vi)

sets <- list(
  add("dat.bcg", esc(escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg))),
  add("dat.hackshaw1998", dat.hackshaw1998),
  add("dat.raudenbush1985", dat.raudenbush1985),
  add("dat.bangertdrowns2004", dat.bangertdrowns2004),
  add("dat.normand1999", esc(escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999))),
  add("dat.nielweise2007", esc(escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.nielweise2007))),
  add("dat.pignon2000", list(yi = dat.pignon2000$OmE / dat.pignon2000$V, vi = 1 / dat.pignon2000$V)),
  add("dat.li2007", esc(escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007))),
  add("dat.collins1985b", esc(escalc(measure = "OR", ai = pre.xti, n1i = pre.nti, ci = pre.xci, n2i = pre.nci, data = dat.collins1985b))),
  add("dat.egger2001", esc(escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.egger2001))),
  add("dat.gibson2002", esc(escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.gibson2002))),
  add("dat.laopaiboon2015", esc(escalc(measure = "RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.laopaiboon2015))),
  add("dat.cannon2006", esc(escalc(measure = "OR", ai = ep1t, n1i = nt, ci = ep1c, n2i = nc, data = dat.cannon2006))),
  add("dat.hine1989", esc(escalc(measure = "RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hine1989))),
  add("dat.lee2004", esc(escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.lee2004))),
  add("dat.molloy2014", esc(escalc(measure = "ZCOR", ri = ri, ni = ni, data = dat.molloy2014))),
  add("dat.curtis1998", esc(escalc(measure = "ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.curtis1998))),
  pairwise("Rubin 1981, eight schools", "table printed in the R package bayesmeta 3.4 (Rubin1981), effects and standard errors",
           c(28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16), c(14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6)^2),
  pairwise("hip minus knee, AKPS at 3 months", "Hott 2019 (0.8, -4.8 to 6.4) and Hansen 2023 (-0.6, -3.2 to 2.0), as printed in their abstracts",
           c(0.8, -0.6), (c(6.4 + 4.8, 2.0 + 3.2) / (2 * qnorm(0.975)))^2),
  pairwise("three made-up studies far apart", "made up: two precise studies that contradict each other", c(-1, 0, 3), c(0.01, 4, 0.02))
)

# ---- effect sizes, arm by arm ----
sizes <- list()
size <- function(name, measure, arms, e) list(name = s(ref(name)), measure = s(measure), arms = arms, yi = c(e$yi), vi = c(e$vi))
d <- dat.normand1999
for (m in c("MD", "SMD", "ROM"))
  sizes[[length(sizes) + 1]] <- size("dat.normand1999", m, as.list(d[c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]),
    escalc(measure = m, m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = d))
d <- dat.nielweise2007
for (m in c("OR", "RR", "RD"))
  sizes[[length(sizes) + 1]] <- size("dat.nielweise2007", m, as.list(d[c("ai", "n1i", "ci", "n2i")]),
    escalc(measure = m, ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d))

# ---- meta-regression and subgroups ----
regression <- function(name, yi, vi, x) {
  keep <- complete.cases(yi, vi, x); yi <- yi[keep]; vi <- vi[keep]; x <- x[keep, , drop = FALSE]
  fits <- lapply(METHODS, function(m) {
    z <- rma(yi, vi, mods = x, method = m, control = TIGHT); k <- rma(yi, vi, mods = x, method = m, test = "knha", control = TIGHT)
    list(tau2 = s(z$tau2), i2 = s(z$I2 / 100), coefficients = c(z$beta), se_normal = z$se, se_knha = k$se, p_knha = k$pval, q_normal = s(z$QM),
         q_normal_p = s(z$QMp), f_knha = s(k$QM), f_knha_p = s(k$QMp), q_residual = s(z$QE), r2 = s(if (is.null(z$R2)) NA else z$R2 / 100))
  })
  names(fits) <- METHODS
  ci <- confint(rma(yi, vi, mods = x, method = "REML", control = TIGHT), control = TIGHT)$random
  list(name = s(ref(name)), yi = yi, vi = vi, names = colnames(x), x = rows(unname(x)), tau2_low = s(ci["tau^2", "ci.lb"]),
       tau2_high = s(ci["tau^2", "ci.ub"]), fits = fits)
}
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
bang <- dat.bangertdrowns2004
regressions <- list(
  regression("dat.bcg", c(bcg$yi), c(bcg$vi), cbind(ablat = bcg$ablat)),
  regression("dat.bcg", c(bcg$yi), c(bcg$vi), cbind(ablat = bcg$ablat, year = bcg$year - 1970)),
  regression("dat.bangertdrowns2004", c(bang$yi), c(bang$vi), cbind(length = bang$length, wic = bang$wic, meta = bang$meta)),
  regression("dat.raudenbush1985", c(dat.raudenbush1985$yi), c(dat.raudenbush1985$vi), cbind(weeks = dat.raudenbush1985$weeks))
)
alloc <- rma(yi, vi, mods = ~ alloc, data = bcg, method = "REML", control = TIGHT)
groups <- lapply(unique(bcg$alloc), function(a) rma(yi, vi, data = bcg, subset = bcg$alloc == a, method = "REML", control = TIGHT))
between <- rma(sapply(groups, function(g) c(g$beta)), sei = sapply(groups, function(g) g$se), method = "EE")
subgroups <- list(name = s(ref("dat.bcg by allocation")), yi = c(bcg$yi), vi = c(bcg$vi), groups = bcg$alloc,
  common_tau2 = list(tau2 = s(alloc$tau2), q_between = s(alloc$QM), p_value = s(alloc$QMp)),
  separate = list(names = unique(bcg$alloc), estimates = sapply(groups, function(g) c(g$beta)), tau2 = sapply(groups, function(g) g$tau2),
                  q_between = s(between$QE), p_value = s(between$QEp)))

# ---- networks: each study a list of arms (effect and variance of each arm), contrasts with its first arm ----
network <- function(name, source, studies) {
  stacked <- lapply(studies, function(st) {
    m <- length(st$treatments)
    V <- if (m == 2) matrix(st$variances[1] + st$variances[2]) else diag(st$variances[-1]) + st$variances[1]
    list(y = st$effects[-1] - st$effects[1], V = V, a = st$treatments[-1], b = rep(st$treatments[1], m - 1), id = rep(st$study, m - 1))
  })
  y <- unlist(lapply(stacked, `[[`, "y")); V <- as.matrix(bldiag(lapply(stacked, `[[`, "V")))
  a <- unlist(lapply(stacked, `[[`, "a")); b <- unlist(lapply(stacked, `[[`, "b")); id <- unlist(lapply(stacked, `[[`, "id"))
  names <- sort(unique(c(a, b)), method = "radix"); ref <- names[1]
  full <- sapply(names, function(n) (a == n) - (b == n)); X <- full[, -1, drop = FALSE]
  obs <- seq_along(y)
  # rma.mv's optimizer stops short of the tests' tolerance (its gradient is a forward difference), so that the peak is
  # refined on rma.mv's own log-likelihood at fixed tau2: Newton's steps on fourth-order central differences in log(tau2)
  at <- function(X, method, tau2) rma.mv(y, V, mods = X, intercept = FALSE, random = ~ obs | id, struct = "CS", rho = 0.5,
                                         tau2 = tau2, method = method, sparse = FALSE)
  fit <- function(X, method) {
    r <- rma.mv(y, V, mods = X, intercept = FALSE, random = ~ obs | id, struct = "CS", rho = 0.5, method = method,
                control = list(optimizer = "nlminb", rel.tol = 1e-9), sparse = FALSE)
    if (r$tau2 < 1e-6) return(at(X, method, 0))
    z <- log(r$tau2); h <- 0.01
    for (round in 1:3) {
      l <- vapply(-2:2, function(i) c(logLik(at(X, method, exp(z + i * h)))), 0)
      z <- z - (l[1] - 8 * l[2] + 8 * l[4] - l[5]) / (12 * h) / ((l[2] - 2 * l[3] + l[4]) / h^2)
    }
    at(X, method, exp(z))
  }
  R <- outer(id, id, "==") * 0.5; diag(R) <- 1
  common <- rma.mv(y, V, mods = X, intercept = FALSE)
  # generalised DerSimonian-Laird, written out with full matrices
  W <- solve(V); P <- W - W %*% X %*% solve(t(X) %*% W %*% X) %*% t(X) %*% W
  df <- length(y) - ncol(X)
  dl <- max(0, (c(t(y) %*% P %*% y) - df) / sum(diag(P %*% R)))
  wdl <- solve(V + dl * R); vdl <- solve(t(X) %*% wdl %*% X); bdl <- c(vdl %*% t(X) %*% wdl %*% y)
  fits <- list(common = list(tau2 = s(0), estimates = c(common$beta), covariance = rows(unname(vcov(common)))),
               DL = list(tau2 = s(dl), estimates = bdl, covariance = rows(unname(vdl))))
  for (m in c("REML", "ML")) {
    r <- fit(X, m)
    fits[[m]] <- list(tau2 = s(r$tau2), estimates = c(r$beta), covariance = rows(unname(vcov(r))))
  }
  out <- list(name = s(name), source = s(source), treatments = names, q = s(common$QE), df = s(df), fits = fits,
              studies = lapply(studies, function(st) list(study = s(st$study), treatments = st$treatments, effects = st$effects, variances = st$variances)))
  # design-by-treatment: own coefficients for every design, and the Wald test that they agree
  design <- vapply(id, function(i) paste(sort(unique(c(a[id == i], b[id == i])), method = "radix"), collapse = "|"), "")
  cols <- list(); C <- list()
  for (dd in sort(unique(design), method = "radix")) {
    members <- strsplit(dd, "|", fixed = TRUE)[[1]]
    for (n in members[-1]) {
      cols[[length(cols) + 1]] <- (design == dd) * full[, n]
      C[[length(C) + 1]] <- (names == n) - (names == members[1])
    }
  }
  D <- do.call(cbind, cols); C <- do.call(rbind, C)[, -1, drop = FALSE]
  if (ncol(D) > ncol(X)) {
    within <- rma.mv(y, V, mods = D, intercept = FALSE)
    r <- if (length(y) > ncol(D)) fit(D, "REML") else within
    L <- t(qr.Q(qr(C), complete = TRUE)[, -seq_len(ncol(C)), drop = FALSE])
    coefs <- c(r$beta); v <- vcov(r)
    q <- c(t(L %*% coefs) %*% solve(L %*% v %*% t(L)) %*% (L %*% coefs))
    out$design_test <- list(q_within = s(within$QE), q_within_df = s(length(y) - ncol(D)), tau2 = s(if (length(y) > ncol(D)) r$tau2 else NA),
                            q_random = s(q), df = s(nrow(L)), p_value = s(pchisq(q, nrow(L), lower.tail = FALSE)))
  }
  # node-splits: one more coefficient, half on either treatment, in the studies with both
  splits <- list()
  arms <- lapply(studies, `[[`, "treatments")
  for (i in seq_along(names)) for (j in seq_along(names)) if (i < j) {
    both <- vapply(arms, function(t) all(c(names[i], names[j]) %in% t), NA)
    rest <- arms[!both]; reach <- names[i]
    repeat { more <- unique(c(reach, unlist(rest[vapply(rest, function(t) any(t %in% reach), NA)]))); if (length(more) == length(reach)) break; reach <- more }
    if (!any(both) || !(names[j] %in% reach)) next
    shift <- ((a == names[i]) - (a == names[j]) - (b == names[i]) + (b == names[j])) / 2 * (id %in% vapply(studies[both], `[[`, "", "study"))
    r <- fit(cbind(X, shift), "REML"); p <- ncol(X) + 1
    pick <- rep(0, p); if (i > 1) pick[i - 1] <- 1; pick[j - 1] <- -1
    splits[[length(splits) + 1]] <- list(a = s(names[i]), b = s(names[j]), tau2 = s(r$tau2), difference = s(r$beta[p]), se = s(r$se[p]),
      indirect = s(sum(pick * r$beta)), indirect_se = s(sqrt(c(pick %*% vcov(r) %*% pick))))
  }
  out$node_splits <- splits
  out
}
from_long <- function(id, treatment, effects, variances)
  lapply(unique(id), function(i) list(study = paste(i), treatments = paste(treatment[id == i]), effects = effects[id == i], variances = variances[id == i]))
counts <- function(id, treatment, x, n) {
  for (i in unique(id)) { k <- id == i; if (any(x[k] == 0 | x[k] == n[k])) { x[k] <- x[k] + 0.5; n[k] <- n[k] + 1 } }
  from_long(id, treatment, log(x / (n - x)), 1 / x + 1 / (n - x))
}
pairs <- function(d) lapply(unique(d$id), function(i) {  # arms' variances from those of all contrasts
  p <- d[d$id == i, ]; t <- sort(unique(c(p$treat1, p$treat2)), method = "radix"); m <- length(t)
  A <- t(sapply(seq_len(nrow(p)), function(r) (t == p$treat1[r]) + (t == p$treat2[r])))
  S <- t(sapply(seq_len(nrow(p)), function(r) (t == p$treat1[r]) - (t == p$treat2[r])))
  v <- if (m == 2) rep(p$selnOR^2 / 2, 2) else c(solve(t(A) %*% A, t(A) %*% p$selnOR^2))
  effects <- c(0, solve(t(S[, -1, drop = FALSE]) %*% S[, -1, drop = FALSE], t(S[, -1, drop = FALSE]) %*% p$lnOR))
  list(study = paste(i), treatments = t, effects = effects, variances = v)
})
d <- dat.senn2013; h <- dat.hasselblad1998; f <- dat.franchini2012; g <- dat.dogliotti2014; l <- dat.linde2016
h$trt <- paste(h$trt)
f <- data.frame(Study = rep(f$Study, 3), t = unlist(f[paste0("Treatment", 1:3)]), y = unlist(f[paste0("y", 1:3)]), v = unlist(f[paste0("sd", 1:3)])^2 / unlist(f[paste0("n", 1:3)]))
f <- f[!is.na(f$y), ]
l$treat1 <- paste(l$treat1); l$treat2 <- paste(l$treat2)
networks <- list(
  network("senn2013", ref("dat.senn2013"), from_long(d$study, d$treatment, d$mi, d$sdi^2 / d$ni)),
  network("hasselblad1998", ref("dat.hasselblad1998"), counts(h$study, h$trt, h$xi, h$ni)),
  network("franchini2012", ref("dat.franchini2012"), from_long(f$Study, f$t, f$y, f$v)),
  network("dogliotti2014", ref("dat.dogliotti2014"), counts(g$id, g$treatment, g$stroke, g$total)),
  network("linde2016", ref("dat.linde2016"), pairs(l))
)
networks[[1]]$arms <- list(study = d$study, treatment = paste(d$treatment), n = d$ni, mean = d$mi, sd = d$sdi)
networks[[2]]$arms <- list(study = paste(h$study), treatment = h$trt, n = h$xi * 0 + h$ni, events = h$xi)
networks[[5]]$pairs <- list(study = paste(l$id), a = l$treat1, b = l$treat2, estimate = l$lnOR, se = l$selnOR)

versions <- list(R = s(R.version.string), metafor = s(paste(packageVersion("metafor"))), metadat = s(paste(packageVersion("metadat"))))
cat(json(list(source = list(script = s("validation/metafor/reference.R"), versions = versions,
  control = s("threshold 1e-14, tol 1e-14, maxiter 10000, tau2.max 1e6")), pairwise = sets, effect_sizes = sizes, regressions = regressions,
  subgroups = subgroups, networks = networks)), "\n")
