"""An analysis of trials as plain text for a terminal."""

from collections.abc import Sequence

from trochlea.evidence.analysis import Analysis
from trochlea.evidence.claim import Claim, TwoClasses
from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.heterogeneity import Heterogeneity
from trochlea.evidence.living import RowChange
from trochlea.evidence.network import Network
from trochlea.evidence.network_answer import NetworkAnswer
from trochlea.evidence.network_part import NetworkPart
from trochlea.evidence.number_words import listed, points
from trochlea.evidence.person_prediction import Prediction
from trochlea.evidence.pooling import Pooled
from trochlea.evidence.ranking import Ranking
from trochlea.evidence.result_change import NO_TRIAL, ResultChange
from trochlea.evidence.review import Review
from trochlea.report.trials.layout import head, wrapped

LEVELS = "Trials, published pooled estimates, and guidelines and votes are three levels and are never pooled together."


def analysis_text(analysis: Analysis) -> str:
    """Every question, then what was left out and why."""
    lines = [head("Hip, knee or both: what the trials say"), _source(analysis), LEVELS, ""]
    for answer in analysis.answers:
        if answer.common is not None or (answer.class_a, answer.class_b) in (("hip+knee", "knee"), ("hip", "knee")):
            lines += [*_answer(answer), ""]
    lines.append(head("One person's chance"))
    for prediction in analysis.predictions:
        lines += [f"- {prediction.sentence}", *_part_lines(prediction)]
    lines.append("")
    lines += [head("Rows that do not enter"), *(excluded_lines(analysis) or ["- none"]), ""]
    lines += [head("Studies of which no figure enters"), *(_silent_lines(analysis) or ["- none"])]
    return wrapped(lines)


def network_text(answers: Sequence[NetworkAnswer]) -> str:
    """Every network: who is connected, the league table, the scatter, the ranks or why there are none."""
    lines: list[str] = []
    for answer in answers:
        lines += [head(f"Network: {answer.outcome}, {answer.timepoint}"), answer.sentence, ""]
        for name, reason in answer.outside:
            lines.append(f"- {name} is not connected: {reason}.")
        for part in answer.parts:
            lines += ["", *_part(part, answer.better)]
        lines += [f"Data {answer.data_hash[:12]}.", ""]
    return wrapped(lines)


def claim_text(claim: Claim) -> str:
    """The 2021 meta-analysis: reported, checked, not seen, and the two questions."""
    lines = [head(f"{claim.review}: the claim and what is behind it"), claim.says, "", "Reported and checked:"]
    for item in claim.reported:
        row = item.review
        value = f"{row.measure} {_printed_interval(row)}, I2 {row.i2_percent:g} %"
        lines.append(f"- {row.arm_a} v {row.arm_b}, {row.outcome}: {value}: {item.sentence}.")
    lines += [
        f"- {_sides(row)}, {row.outcome}: {f'p {row.p_value}' if row.p_value else row.note}" for row in claim.directions
    ]
    lines += ["", "Known to exist, not seen:"]
    lines += [f"- {_sides(row)}, {row.outcome}" for row in claim.not_seen]
    lines += ["", "Cannot be recomputed:", *(f"- {text}" for text in claim.cannot), "", claim.apart, ""]
    for question in claim.questions:
        lines += [*_question(question), ""]
    return wrapped(lines)


def update_text(rows: Sequence[RowChange], results: Sequence[ResultChange], before: Analysis, after: Analysis) -> str:
    """What an update changed and why."""
    lines = [head(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'} changed")]
    lines += [f"- {row.table} {row.id}: {row.what}" for row in rows] or ["- nothing: every row was there already"]
    lines += ["", head(f"{len(results)} {'result' if len(results) == 1 else 'results'} changed")]
    for result in results:
        lines += [
            f"- {result.name}",
            f"    before: {result.before}",
            f"    after:  {result.after}",
            f"    why:    {result.why}",
        ]
    kept = sum(answer.common is not None for answer in after.answers) - sum(
        r.kind == "pool" and r.after != NO_TRIAL for r in results
    )
    lines += [f"{kept} pooled {'result is' if kept == 1 else 'results are'} unchanged.", ""]
    new = {row.id for row in rows}
    left = [row for row in after.excluded if row.id in new]
    lines += [f"- {row.table} {row.id} ({row.trial}) does not enter: {row.reason}" for row in left]
    lines.append(f"Data before {before.data_hash[:12]}, after {after.data_hash[:12]}.")
    return wrapped(lines)


def excluded_lines(analysis: Analysis) -> list[str]:
    """One line a row that enters nothing."""
    return [
        f"- {row.table} {row.id} ({row.trial}; {' v '.join(row.classes)}; {row.outcome}): {row.reason}"
        for row in analysis.excluded
    ]


def _part_lines(prediction: Prediction) -> list[str]:
    """The parts of a prediction with their sources; none where one is missing, which the sentence tells."""
    if not prediction.is_estimable:
        return []
    return [
        f"  - {part.name}: {points(part.value or 0.0, 2)}"
        f"{f' (SE {points(part.se, 2)})' if part.se is not None else ''}; {part.source} ({', '.join(part.citations)})"
        for part in prediction.parts
    ]


def _silent_lines(analysis: Analysis) -> list[str]:
    """Studies by reason, one line a reason."""
    reasons = dict.fromkeys(item.reason for item in analysis.silent)
    return [
        f"- {reason}: {', '.join(item.study for item in analysis.silent if item.reason == reason)}"
        for reason in reasons
    ]


def ranking_lines(ranking: Ranking) -> list[str]:
    """Scores with their uncertainty, or the one reason why they are withheld."""
    lines = [
        f"{ranking.kind} {rank.treatment}: {points(rank.score, 2)}, mean rank {points(rank.mean_rank, 1)} "
        f"({rank.rank_low} to {rank.rank_high})"
        for rank in ranking.ranks
        if rank.score is not None and rank.mean_rank is not None
    ]
    return [*lines, *([f"{ranking.sentence}."] if ranking.sentence else [])]


def _answer(answer: PairAnswer) -> list[str]:
    """One question with its trials, its models and its certainty."""
    title = f"{answer.name}, {answer.outcome}, {answer.timepoint}"
    lines = [title, answer.sentence]
    if answer.common is None:
        return lines
    lines += [f"  {trial.sentence}" for trial in answer.trials]
    lines.append(f"  common effect: {_pool(answer.common)}")
    if answer.random is not None:
        lines.append(f"  random effects ({answer.random.method}): {_pool(answer.random)}")
        lines += [f"    note: {warning}" for warning in answer.random.warnings]
    if answer.heterogeneity is not None:
        lines.append(f"  scatter between trials: {heterogeneity_words(answer.heterogeneity)}")
    for item in answer.bayesian:
        interval = f"{points(item.median, 2)} ({points(item.ci_low, 2)} to {points(item.ci_high, 2)})"
        new = f"{points(item.prediction_low, 2)} to {points(item.prediction_high, 2)}"
        tau = f"{points(item.tau_median, 2)} ({points(item.tau_low, 2)} to {points(item.tau_high, 2)})"
        lines.append(f"  Bayesian, {item.prior}: {interval}, new trial {new}; tau {tau}")
    if answer.bayesian:
        lines.append(f"    note: {answer.bayesian[0].tau_sentence}")
    lines += _robustness_lines(answer)
    lines.append(f"  {answer.certainty.sentence}")
    lines.append(f"  Data {answer.data_hash[:12]}.")
    return lines


def _robustness_lines(answer: PairAnswer) -> list[str]:
    """Which trial moves the pool most, and the checks of small trials."""
    checks = answer.robustness
    if checks is None:
        return []
    most = max(checks.left_out, key=lambda left: abs(left.change))
    lines = [f"  without {most.study}, which moves it most: {_pool(most.pooled)}"]
    if checks.egger is not None and checks.trimmed is not None:
        added = f"{checks.trimmed.k_missing} added by trim-and-fill: {points(checks.trimmed.pooled.estimate, 2)}"
        lines.append(f"  small trials: Egger's p {checks.egger.p_value:.2g}; {added}")
        lines += [f"    note: {warning}" for warning in checks.egger.warnings]
    return lines + [f"    note: {note}" for note in checks.notes]


def _pool(pool: Pooled) -> str:
    """A pool in one line."""
    text = f"{points(pool.estimate, 2)} ({points(pool.ci_low, 2)} to {points(pool.ci_high, 2)})"
    if pool.prediction_low is not None and pool.prediction_high is not None:
        text += f", new trial {points(pool.prediction_low, 2)} to {points(pool.prediction_high, 2)}"
    shares = zip(pool.studies, pool.weights, strict=True)
    return text + f"; weights {', '.join(f'{study} {100 * weight:.0f} %' for study, weight in shares)}"


def heterogeneity_words(scatter: Heterogeneity) -> str:
    """tau2 and I2 with their intervals, and Q, in one clause."""
    if scatter.tau2 is None or scatter.i2 is None or scatter.q_p_value is None:
        return "cannot be estimated from one trial"
    tau2 = f"tau2 {scatter.tau2:.3g} ({scatter.tau2_low:.3g} to {scatter.tau2_high:.3g}), {scatter.method}"
    i2 = f"I2 {100 * scatter.i2:.0f} % ({100 * (scatter.i2_low or 0):.0f} to {100 * (scatter.i2_high or 0):.0f} %)"
    return f"{tau2}; {i2}; Q {scatter.q:.2f} on {scatter.q_df} df, p {scatter.q_p_value:.2g}"


def network_words(network: Network) -> str:
    """Model of a network and how much its trials scatter, in one clause."""
    text = f"{network.model} effects"
    if network.tau2 is not None:
        text += f", tau2 {network.tau2:.3g} ({network.method})"
    if network.i2 is not None:
        text += f", Q {network.q:.2f} on {network.q_df} df, I2 {100 * network.i2:.0f} %"
    return text


def _part(part: NetworkPart, better: str) -> list[str]:
    """One connected network."""
    lines = [f"{listed(list(part.classes))}; {network_words(part.network)}; {better} is better"]
    lines += [f"  {a} v {b}: {len(names)} ({listed(list(names))})" for a, b, names in part.edges]
    league = {(row.a, row.b): row for row in part.league}
    for i, a in enumerate(part.classes):
        for b in part.classes[i + 1 :]:
            row = league[a, b]
            interval = f"{points(row.ci_low, 2)} to {points(row.ci_high, 2)}"
            lines.append(f"  {a} minus {b}: {points(row.estimate, 2)} ({interval})")
    for item in part.posteriors:
        lines.append(f"  Bayesian, {item.prior}; tau {points(item.tau_median, 2)}, {item.tau_sentence}")
        for row in item.comparisons:
            interval = f"{points(row.ci_low, 2)} to {points(row.ci_high, 2)}"
            lines.append(f"    {row.a} minus {row.b}: {points(row.median, 2)} ({interval})")
        lines += [f"    {text}" for text in ranking_lines(item.ranking)]
    lines += [f"  {text}" for text in ranking_lines(part.ranking)]
    lines += _contribution_lines(part)
    lines += [f"  {row.a} minus {row.b}: {row.certainty.sentence}" for row in part.certainties]
    lines.append(f"  direct against indirect evidence: {part.node_splits.sentence}")
    lines.append(f"  trials of different designs: {part.design_test.sentence}")
    lines += [f"  note: {warning}" for warning in part.network.warnings]
    return lines


def _contribution_lines(part: NetworkPart) -> list[str]:
    """What each estimate rests on."""
    if part.contributions is None:
        return [f"  contributions: {part.contributions_note}"]
    lines = []
    for (a, b), shares in zip(part.contributions.comparisons, part.contributions.shares, strict=True):
        edges = zip(part.contributions.edges, shares, strict=True)
        rests = ", ".join(f"{100 * share:.0f} % {u} v {v}" for (u, v), share in edges if share > 0.005)
        lines.append(f"  {a} v {b} rests on {rests}")
    return lines


def _question(question: TwoClasses) -> list[str]:
    """One of the two questions."""
    lines = [head(question.title), question.sentence]
    lines += [f"- trial: {trial.sentence}" for trial in question.trials]
    lines += [f"- trials pooled: {answer.sentence}" for answer in question.answers if answer.common is not None]
    for item in question.reviews:
        row = item.review
        if row.estimate is None:
            lines.append(f"- review {row.review}, {row.outcome}: {row.measure}; {row.stance}")
            continue
        value = f"{row.measure} {_printed_interval(row)}"
        lines.append(f"- review {row.review}, {row.outcome}: {value}; {item.sentence}")
    lines += [
        f"- {vote.kind}, {vote.source}, {vote.timeframe}: {vote.text}: {vote.strength}" for vote in question.votes
    ]
    return lines


def _sides(row: Review) -> str:
    """What a review's row compares."""
    return f"{row.arm_a} v {row.arm_b}" if row.arm_b else row.arm_a


def _printed_interval(row: Review) -> str:
    """A published value with its interval, if one was seen."""
    text = points(row.estimate or 0.0, 2)
    if row.ci_low is not None and row.ci_high is not None:
        text += f" ({points(row.ci_low, 2)} to {points(row.ci_high, 2)})"
    return text


def _source(analysis: Analysis) -> str:
    """Which data, which settings."""
    name, settings = f"{analysis.data_name}, {analysis.data_hash[:12]}", analysis.settings
    return f"Data: {name}. Model: {settings.model}, {settings.tau2_method}."
