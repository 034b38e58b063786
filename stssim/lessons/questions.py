"""What each story asks before its attack is shown, kept out of the notebooks, where the answer would be read first."""

from __future__ import annotations

from stssim.show.question import Question

QUESTIONS = {
    "confused-deputy": Question(
        "Mallory types Carol's role ARN into her own onboarding form. Who stops her?",
        (
            "Beacon: the ARN is not of Mallory's account",
            "STS: Mallory is not trusted by Carol's role",
            "S3: the report is Carol's",
            "Nobody",
        ),
        "D",
        "Everybody did their work: STS heard Beacon call, which Carol's role trusts, and never heard of Mallory.",
    ),
}
