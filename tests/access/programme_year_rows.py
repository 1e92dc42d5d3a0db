"""Who may open what of the programme's years. The office and officers do; an officer of another province finds nothing
of this one, and of the pages without a year opens those of the own province."""

from tests.access.table import GO, NO_GET, OPEN, Row, only

OFFICERS = only(OPEN, "office", "other_officer")
HOME = only(OPEN, "office")
POSTED = only(GO, "office")
POST_OF_OFFICERS = only(NO_GET, "office", "other_officer")
A_YEAR = {"year": "2031"}
A_GRANT = {"amount": "25.000.000", "given_on": "2026-01-05", "what_for": "Modal usaha"}

PROGRAMME_YEARS: dict[str, Row] = {
    "office:programme": Row(OFFICERS),
    "office:programme-officers": Row(HOME, (), HOME, {"name": ""}),
    "office:programme-end-officer": Row(only(NO_GET, "office"), ("officer",), POSTED),
    "office:programme-add-year": Row(OFFICERS, (), only(GO, "office", "other_officer"), A_YEAR),
    "office:programme-role-models": Row(OFFICERS, (), OFFICERS, {"name": ""}),
    "office:programme-role-model": Row(HOME, ("role_model",), HOME, {"name": ""}),
    "office:programme-end-role-model": Row(POST_OF_OFFICERS, ("role_model",), POSTED),
    "office:programme-participant": Row(HOME, ("participant",)),
    "office:programme-advance": Row(POST_OF_OFFICERS, ("participant",), POSTED),
    "office:programme-leave": Row(HOME, ("participant",), POSTED, {"why": "mundur"}),
    "office:programme-mentor": Row(POST_OF_OFFICERS, ("participant",), POSTED, {"mentor": ""}),
    "office:programme-grant": Row(HOME, ("participant",), HOME, A_GRANT),
    "office:programme-award": Row(HOME, ("participant",), HOME, {"title": "Juara", "level": "province"}),
    "office:programme-grant-back": Row(HOME, ("grant",), POSTED, {"why": "salah"}),
    "office:programme-award-back": Row(HOME, ("award",), POSTED, {"why": "salah"}),
    "office:programme-template": Row(OFFICERS),
    "office:programme-file": Row(HOME, ("registrations",)),
    "office:programme-file-errors": Row(HOME, ("registrations",)),
    "office:programme-confirm-file": Row(POST_OF_OFFICERS, ("registrations",), POSTED),
    "office:programme-drop-file": Row(POST_OF_OFFICERS, ("registrations",), POSTED),
    "office:programme-year": Row(HOME, ("opop_year",)),
    "office:programme-edit-year": Row(HOME, ("opop_year",), POSTED, {"target": "90"}),
    "office:programme-move-year": Row(POST_OF_OFFICERS, ("opop_year",), POSTED, {"to": "running"}),
    "office:programme-files": Row(HOME, ("opop_year",), HOME),
    "office:programme-participants": Row(HOME, ("opop_year",)),
    "office:programme-register": Row(HOME, ("opop_year",), HOME, {"nspp": "1"}),
    "office:programme-move": Row(POST_OF_OFFICERS, ("opop_year",), POSTED),
}
