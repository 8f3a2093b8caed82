"""Every study as plain text: its people, programmes and risk of bias, and whether it enters."""

from trochlea.evidence.analysis import Analysis
from trochlea.evidence.arm import Arm
from trochlea.evidence.bias import DOMAINS
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.dose import CERT_ITEMS, NOT_SEEN, prescription
from trochlea.report.trials.layout import head, wrapped


def studies_text(data: Dataset, analysis: Analysis) -> str:
    """Every study with its arms, its programme, its risk of bias and whether it enters."""
    silent = {item.study: item.reason for item in analysis.silent}
    lines = [head(f"{len(data.studies)} studies"), ""]
    for study in data.studies:
        n = f", {study.n} people" if study.n else ""
        lines.append(f"{study.id}: {study.design}{n}. {study.population}. Randomised: {study.randomised}.")
        lines += [_arm(data, arm) for arm in data.arms if arm.study == study.id]
        lines.append(f"  risk of bias: {bias_words(data, study.id)}")
        fate = f"does not enter: {silent[study.id]}" if study.id in silent else "enters"
        lines += [f"  {fate}. ({', '.join(study.citations)})", ""]
    return wrapped(lines)


def bias_words(data: Dataset, study: str) -> str:
    """Risk of bias of one study by domain: who judged it so and why, and which domains nobody assessed."""
    rows = [row for row in data.biases if row.study == study]
    judged = [f"{row.domain} {row.risk}: {row.reason} (judged by {row.reviewer})" for row in rows]
    judged_domains = {row.domain for row in rows if row.risk != "not assessed"}
    rest = [domain for domain in DOMAINS if domain not in judged_domains]
    if len(rest) == len(DOMAINS):
        return "not assessed"
    return "; ".join([*judged, *([f"not assessed: {', '.join(rest)}"] if rest else [])])


def _arm(data: Dataset, arm: Arm) -> str:
    """One arm with its class, its people and what is known of its programme."""
    known = {item: value for item, value in prescription(data.doses, arm.id).items() if value != NOT_SEEN}
    dose = [f"CERT {item}: {value}" for item, value in known.items()]
    unseen = f"{len(CERT_ITEMS) - len(known)} of {len(CERT_ITEMS)} CERT items not seen"
    people = f"n {arm.n_randomised}" if arm.n_randomised else "n not seen"
    return f"  - {arm.label} [{arm.programme_class}, {people}] {'; '.join([*dose, unseen])}"
