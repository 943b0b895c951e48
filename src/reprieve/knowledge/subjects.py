"""Which file holds which kind of record."""

import zlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"
BUILT = CONTENT / "built"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One kind of record: its type as "module:class", its table name and the prefix of its ids.

    A prefix of "" means the ids are names fixed elsewhere (sources, scales, instruments).
    """

    name: str
    table: str
    record: str
    prefix: str

    @property
    def type(self) -> type[Any]:
        module, name = self.record.split(":")
        record: type[Any] = getattr(import_module(f"reprieve.{module}"), name)
        return record

    @property
    def files(self) -> tuple[Path, ...]:
        """The TOML files: one named like the subject, or every file of its folder."""
        folder = CONTENT / self.name
        if folder.is_dir():
            return tuple(sorted(folder.glob("*.toml")))
        return (CONTENT / f"{self.name}.toml",)

    @property
    def built(self) -> Path:
        """The same tables as JSON, written by build.py."""
        return BUILT / f"{self.name}.json"

    def digest(self) -> int:
        """Changes when one of the files does. A check against staleness, not malice."""
        value = 0
        for file in self.files:
            value = zlib.crc32(file.read_bytes(), value)
        return value


def _subject(name: str, table: str, record: str, prefix: str = "") -> tuple[str, Subject]:
    return name, Subject(name=name, table=table, record=record, prefix=prefix)


SUBJECTS: dict[str, Subject] = dict(
    [
        _subject("sources", "source", "knowledge.kinds:Source"),
        _subject(
            "contraindications",
            "contraindication",
            "core.eligibility.rules:Contraindication",
            "ci_",
        ),
        _subject("interactions", "interaction", "core.interactions.rules:Interaction", "ix_"),
        _subject("indications", "indication", "core.eligibility.rules:Indication", "ind_"),
        _subject("effects", "effect", "knowledge.kinds:ObservedEffect", "eff_"),
        _subject("workup", "workup", "core.eligibility.rules:WorkUp", "missing_"),
        _subject("protocols", "protocol", "core.dosing.protocol:Protocol", "pr_"),
        _subject("limits", "limit", "core.dosing.protocol:Limit", "lim_"),
        _subject("mme", "factor", "core.dosing.mme:MmeFactor", "mme_"),
        _subject("monitoring", "point", "knowledge.kinds:MonitoringPoint", "mon_"),
        _subject("thresholds", "threshold", "core.session.thresholds:Threshold", "mon_"),
        _subject("gate", "question", "core.session.questions:GateQuestion", "gt_"),
        _subject("rooms", "item", "core.session.questions:RoomItem", "rm_"),
        _subject("emergency", "card", "core.session.questions:EmergencyCard", "em_"),
        _subject("adverse_events", "rate", "knowledge.kinds:AdverseEventRate", "ae_"),
        _subject("scales", "scale", "knowledge.kinds:Scale"),
        _subject("questionnaires", "questionnaire", "core.instruments.questionnaire:Questionnaire"),
        _subject("responses", "response", "knowledge.kinds:ResponseThreshold", "rsp_"),
        _subject("consent", "element", "knowledge.kinds:ConsentElement", "con_"),
        _subject("costs", "cost", "knowledge.kinds:Cost", "cost_"),
        _subject("compounding", "fact", "knowledge.kinds:CompoundingFact", "cmp_"),
        _subject("controlled_substance", "rule", "knowledge.kinds:ControlledSubstanceRule", "cs_"),
        _subject("decision_aid", "point", "knowledge.kinds:DecisionAidPoint", "da_"),
        _subject("guidelines", "point", "knowledge.kinds:GuidelinePoint", "gl_"),
        _subject("claims", "claim", "knowledge.kinds:Claim", "sc"),
        _subject("disagreements", "disagreement", "knowledge.kinds:Disagreement", "dis_"),
        _subject("entry_ranges", "range", "knowledge.kinds:EntryRange", "rng_"),
        _subject("contacts", "contact", "knowledge.kinds:EmergencyContact", "tel_"),
        _subject("advisor", "figure", "knowledge.kinds:AdvisorFigure", "adv_"),
        _subject("surveillance", "check", "core.outcomes.exposure:Check", "srv_"),
        _subject("trials", "trial", "knowledge.studies:Trial", "tr_"),
        _subject("reviews", "review", "knowledge.studies:Review", "rev_"),
        _subject("changes", "change", "knowledge.kinds:Change", "chg_"),
        _subject("aid", "page", "knowledge.plain:AidPage", "aid_"),
        _subject("pictures", "picture", "knowledge.plain:Picture", "pic_"),
        _subject("glossary", "word", "knowledge.plain:Word", "w_"),
        _subject("self_assessment", "question", "knowledge.plain:AssessmentQuestion", "q_"),
        _subject("not_asked", "item", "knowledge.plain:NotAsked", "na_"),
    ]
)
