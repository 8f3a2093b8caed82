"""Write docs/validation.md from what the validation scripts print, misses included.

Run from the checkout: python validation/write_page.py
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "validation.md"

HEAD = """\
# Validation

How far the results agree with other programs and with published measurements. Misses stand beside hits. This page
is written by `python validation/write_page.py`; the trials it uses are not part of the project (see the contributing
notes).

Agreement with another program that shares the same model is *verification*: it shows that the equations are solved,
not that they describe a person. Agreement with a measurement that the model was not fitted to is *validation*.
"""

PARTS = (
    (
        "leg.py",
        "The leg on a measured walk, and its strength",
        "Verification, against OpenSim 4.6 with the same model file, motion, forces and muscles, 0.50 to 1.70 s. Then, "
        "as validation, muscle activity of the same walk and published strengths.",
    ),
    (
        "inverse_kinematics.py",
        "Joint angles and a leg from markers",
        "Verification, against OpenSim's motion of the same walk: on the subject's own model, then on the leg that is "
        "scaled here to the static trial.",
    ),
    (
        "trial_preparation.py",
        "Events, repetitions and filters",
        "Validation, against force plates and events in files; thresholds were chosen on these trials.",
    ),
    (
        "knee_rotation.py",
        "From the hip to the knee",
        "What markers and joint angles show of the femur's turn over its foot, the kneecap at each share of it, and "
        "published directions, to which nothing was fitted.",
    ),
    (
        "tasks.py",
        "Posture, trunk and strategies",
        "One man of 75 kg. The exchange rate of trunk flexion beside a published one; the what-ifs have no published "
        "figure.",
    ),
    (
        "gait.py",
        "Walking and running without a laboratory",
        "Joint angles are published averages; ground force, moments and kneecap force are computed from them. Not a "
        "blind test: smoothing, contact times, how a foot stands and how far a trunk may tip were settled with these "
        "forces and moments in view (variants tried: kneecap 0.5 to 1.5 body weights walking, 3.9 to 6.3 running), "
        "though no number was fitted. The time of "
        "a running foot on the ground is that of the runner whose force stands beside. The ground force is that of a "
        "body with a rigid trunk and hanging arms over rigid feet; the weights of its misses are assumed.",
    ),
    (
        "exercises.py",
        "Exercises",
        "Validation: order of muscle activity among exercises against electromyography, and kneecap loads. No "
        "parameter was fitted to them, but the clamshell's foot rest, the rear hip of the step-up and the press of "
        "the feet in the side plank were chosen with these figures in sight: there, agreement is no independent test.",
    ),
    (
        "lenhart.py",
        "The kneecap against another program's simulations",
        "Verification, against the isometric extension and the walk of the lenhart2015 knee model, with its meshes, "
        "ligaments, muscle forces, contact law and tibiofemoral pose; damped cases carry its viscosity. The femoral "
        "mesh is a decimated copy. Under little load the viscosity, which no knee has, decides the pose.",
    ),
    (
        "kneecap.py",
        "The kneecap against published measurements",
        "Rows 1 to 4, 6 and 10 were used to choose the default knee: agreement there is calibration, not validation; "
        "rows 5, 11, 16 and 18 were not. A contact area read from images is compared with the area of a gap below "
        "0.25 mm, half of an assumed voxel; the load-bearing area, which gives the pressures, is smaller.",
    ),
    (
        "robustness.py",
        "Random knees",
        "Cold starts, loads of 20 N to 6,000 N at 0 to 120 degrees. Dislocated: the ridge more than 18 mm from the "
        "groove's deepest line, or a tilt above 35 degrees, by geometry alone.",
    ),
    (
        "extensor_mechanism.py",
        "Lever arm of the quadriceps",
        "The knee's equilibrium, which is the default, beside the leg model's own pulley and measurements in vivo.",
    ),
    (
        "sensitivity.py",
        "Sensitivities of the kneecap",
        "Verification, against extrapolated differences of whole solutions at 1e-10 N. Errors are shares of the "
        "outcome's largest scaled sensitivity; the doubt is that of the reference, large near corners and snaps.",
    ),
    (
        "evidence.py",
        "Statistics of the trials",
        "Verification, against R's metafor on the same numbers (pinned by `validation/metafor/reference.R`), and of "
        "the exact posterior against long MCMC runs (`validation/posterior_mcmc.py`).",
    ),
)

TAIL = """\
## What is not settled

- **Strength of the hip.** All strengths come from muscle volume times 60 N/cm², every member fully active: 1.6 to 2.3
  times what people give in hip extension, abduction and adduction, and 1.8 to 2 times at the knee below 60 degrees.
  It is scaled to the person (0.3 to 2), and measured strengths are not always met.
- **Seated external rotation** is too weak instead: 0.4 to 0.5 of published strengths. In the model, as in cadavers,
  most rotators turn inwards as the hip bends; people lose no torque. A measured strength above its reach is reported
  as not met.
- **Passive muscle force** is left out: at 20 degrees of dorsiflexion the fibres' published curves give 3.5 times the
  measured moment, with hip flexed and knee straight 4 to 6 times.
- **Gastrocnemius** now wraps the condyles: knee arms within 0.6 mm of OpenSim's near extension. Its length differs by
  up to 6 mm there, because OpenSim's is not the integral of its own moment arms. Beyond 124 degrees of knee flexion
  it sinks into the shank's cylinder on legs scaled unevenly: jumps of 8 to 12 mm.
- **Gluteus maximus** of a wide, deep pelvis: OpenSim's path loses its cylinder in stance, ours is held; the arm of
  one of its three parts then differs by up to 11 mm.
- **Timing of activation** (one walk, right leg; lag after the envelope): calf 45 to 60 ms, hamstrings -35 to 5, vasti
  30 to 75, rectus femoris and gluteus maximus 90 to 100, tibialis anterior -75; gluteus medius hardly fits (135 ms
  late). OpenSim's static optimisation lags the same within 10 ms.
- **Joint angles from markers on our own scaling** miss 2 degrees RMS at three of the walk's axes: 2.6 and 2.1 at hip
  flexion, 3.2 at left hip rotation, nearly all constant. The published pipeline set thigh and shank by hand.
- **Centre of mass** of women stands 1.3 % of stature above a published share without a sample.
- **Rotation from hip to knee.** The knee's share (0.60, 0.32 to 0.68) is assumed from stiffnesses of different
  specimens, none of them standing; on the walk the markers of thigh against shank show 0.30 (r 0.55), with skin that
  errs as much as that. Without a standing trial the twist of the tibia (SD 8.6 degrees) counts as rotation. Knee
  coupling turns the leg model's tibia by 13 degrees over the first 60, the kneecap's knee by 3.5 over 30; the
  difference is in the interval only.
- **Filters** (6 Hz for markers and forces) are a published default, not fitted to the person: peaks at heel strike
  depend on it.
- **Thresholds** of events, coverage and swapped labels were chosen on the two walks and the treadmill trial that test
  them. Foot strikes from movement are up to 34 ms off, clocks less than 50 ms apart are not noticed. No squat or run
  with force plates was at hand.
- **Norms of hip strength** are dynamometer forces without a stated lever arm; the lever arm is assumed, and the norm
  weighs no more than the model's own strength. They are taken as read against gravity (on the side, prone, seated), and
  the limb's weight is added (hip abduction of a woman of 61 kg: 36 N.m); their positions were not seen.
- **Which gap an image shows.** With a gap below 0.25 mm the contact areas fit at every angle, with 0.5 mm they are too
  large at 0 and 30 degrees; the load-bearing area alone is a third too small. The quadriceps force behind the
  published areas (250 N) is assumed.
- **Lateral restraint** fits at 30 degrees under 175 N, but a flat lateral condyle takes away less of it than measured
  (30 against 70 %) and a relaxed vastus medialis obliquus less too (8 against 30 %): in the model the rounded bottom of
  the groove and the medial ligament carry more, the wall less. With a relaxed quadriceps there is hardly any restraint
  before the medial ligament is taut; its slack is one number for all angles, though a ligament taut at 0 and slack at
  30 degrees is likely.
- **Resting offset in extension.** At 0 degrees the ridge stands 3 (men) and 5 mm (women) lateral of the groove's
  deepest line under 600 N, nearly all load on the lateral facet; computed tomography with a relaxed muscle shows less
  (bisect offset 56 %). The direction of vastus lateralis (12 and 28 degrees) is assumed and decides it.
- **Screw-home** (3.5 degrees over the first 30) is less than the published fall of the TT-TG distance asks for.
- **Tilt** changes by few degrees in the parametric knee, because the facets match; a real mesh tilts more.
- **Iliotibial-patellar band.** Its line is calibrated on two abstracts; under 90 N the model's restraint against 10 mm
  rises by 44 % at 30 degrees, stays at 60 and falls by 37 % at 90, because the band has moved the patella before and
  the medial ligament is taut, while the study reports a fall of at most 25 %, at 60.
- **Medialisation of the tubercle** by 10 mm takes a fifth of the lateral force away at 60 degrees and raises the medial
  pressure, as measured, but the lateral peak, which lies beside the ridge, hardly falls.
- **Valgus** alone hardly changes the lateral force; its mean pressure rises by 1 to 2 % for 5
  degrees at 30 to 45 degrees of flexion, where one finite-element study found a fall. Near extension it tilts the
  patella and raises the peak more than rotation does.
- **Peaks near the ridge.** A lost vastus medialis obliquus or a turned femur raises the lateral force by 10 to 30 %,
  its peak pressure by a few per cent only: the peak lies beside the ridge, which the matched facets press deepest.
- **Sulcus angle with depth** define the groove poorly: one millimetre of depth is 12 to 14 degrees of lateral
  inclination. Inclination and sulcus angle, or inclination and depth, are the better pairs.
- **The linear law bottoms out** at an assumed 60 % of the layers' thickness; without that, one knee in a thousand under
  several kilonewtons rested on an edge pressed through the cartilage. One solve in ten thousand still leaves the groove
  within two standard deviations of published shapes; such draws are counted and left out of the intervals.
- **Groove and condyles.** The width of the trochlea (37 mm in men), the fall of the condyles and the place of the notch
  are assumed; the notch's width is published.
- **The quadriceps' lever arm** is the knee's own; the leg model's pulley can be chosen (`--lever-arm pulley`).
  Against measurements in vivo, which it was not fitted to, the knee's is nearer: 2.7 (men) and 1.2 mm (women) against
  4.6 and 2.4 mm.
- **Posture** of a task is predicted from strength by assumed slopes (r 0.35) with a large scatter. A what-if keeps it
  as it is; how a changed strength changes it is shown as three strategies, none of which is a prediction.
- **Exercises.** Deep squats load the kneecap about twice the listed peaks (5.0 against 2.45 body weights; the sources'
  depth was not seen): the knee's own lever arm is 16 to 23 % shorter at 90 degrees than the fit that such figures are
  computed with, and a quasi-static step goes deeper than a stair. The order of gluteus maximus among exercises is not
  that of electromyography.
- **The vasti** are driven alike; measured drives differ (one squat: medialis 58 %, lateralis 40 %; another study leads
  with lateralis). Driven freely, least squares gives lateralis twice the drive and the outer facet 89 instead of 77 %.
- **Held back and seen only afterwards**: with the free leg behind, a single-leg squat has more knee and less hip
  extensor moment than with it in front (Khuu 2016, abstract); the model at 60 degrees, front, middle, behind: knee
  0.99, 1.22 and 1.38, hip 1.06, 0.65 and 0.38 N.m/kg, the same order.
- **Peak pressure** of random knees is skewed: the best value lies below the median of its own draws by 4 to 27 %, and
  small patellae in steep grooves set its upper limits.
- **Side plank and single-leg bridge** ask more than most people's hips have in this model: a third to two thirds of
  random people are left out there.
- **Machines' loads** (leg press 300 N, knee extension 100 N) are the same for everybody until they are set.
- **Trunk flexion** in a deep double-leg squat raises the kneecap's force in this model, unless the hip extensors have
  the model's own strength.
- **Running** peaks at 1.7 body weights of ground force where one runner had 2.2; with that runner's own angles the same
  equations give 2.2. The stride is 9 % shorter than other people's at nearly the same speed, unexplained. The hip's
  extension moment just after contact is twice the runner's. Among random runners the kneecap's force reaches further
  up than pooled mean and 1.96 SD.
- **Walking's** ground force is too flat (1.03, 0.82 and 1.01 body weights at its humps and trough; one person 1.10,
  0.72 and 1.13). Hip, knee and ankle moments lie within one SD of published ones over 40, 61 and 19 % of the cycle;
  with those other people's own angles over 52, 77 and 55 %.
- **Unevenly scaled shanks and thighs.** Beyond 15 % in opposite directions the lateral gastrocnemius can jump to the
  far side of its cylinder (3 of 355,200 random frames).
"""


def main() -> None:
    parts = [HEAD]
    for script, title, what in PARTS:
        found = subprocess.run([sys.executable, HERE / script], capture_output=True, text=True, check=True)
        printed = found.stdout.rstrip()
        if not printed.startswith("#") and "|---|" not in printed:  # what is not Markdown already
            printed = f"```text\n{printed}\n```"
        parts.append(f"## {title}\n\n{what} `validation/{script}` prints:\n\n{printed}\n")
    PAGE.write_text("\n".join([*parts, TAIL]), encoding="utf-8")


if __name__ == "__main__":
    main()
