"""Pages of the programme's years, below office/programme/: whoever runs the programme of a province."""

from django.urls import path

from marketplace.office.views import (
    programme_files,
    programme_giving,
    programme_officers,
    programme_participants,
    programme_years,
)

GRANT, AWARD = {"kind": "grant"}, {"kind": "award"}
urlpatterns = [
    path("", programme_years.programme, name="programme"),
    path("officers/", programme_officers.officers, name="programme-officers"),
    path("officers/<int:pk>/end/", programme_officers.end_officer, name="programme-end-officer"),
    path("years/add/", programme_years.add_year, name="programme-add-year"),
    path("role-models/", programme_giving.role_models, name="programme-role-models"),
    path("role-models/<int:pk>/", programme_giving.role_model, name="programme-role-model"),
    path("role-models/<int:pk>/end/", programme_giving.end_role_model, name="programme-end-role-model"),
    path("participants/<int:pk>/", programme_participants.participant, name="programme-participant"),
    path("participants/<int:pk>/advance/", programme_participants.advance, name="programme-advance"),
    path("participants/<int:pk>/leave/", programme_participants.leave, name="programme-leave"),
    path("participants/<int:pk>/mentor/", programme_participants.mentor, name="programme-mentor"),
    path("participants/<int:pk>/grant/", programme_giving.grant, name="programme-grant"),
    path("participants/<int:pk>/award/", programme_giving.award, name="programme-award"),
    path("grants/<int:pk>/back/", programme_giving.take_back, GRANT, "programme-grant-back"),
    path("awards/<int:pk>/back/", programme_giving.take_back, AWARD, "programme-award-back"),
    path("registration.xlsx", programme_files.template, name="programme-template"),
    path("files/<int:pk>/", programme_files.registration_file, name="programme-file"),
    path("files/<int:pk>/errors.csv", programme_files.errors, name="programme-file-errors"),
    path("files/<int:pk>/confirm/", programme_files.confirm, name="programme-confirm-file"),
    path("files/<int:pk>/drop/", programme_files.drop, name="programme-drop-file"),
    path("<int:number>/", programme_years.year, name="programme-year"),
    path("<int:number>/edit/", programme_years.edit_year, name="programme-edit-year"),
    path("<int:number>/move/", programme_years.move_year, name="programme-move-year"),
    path("<int:number>/files/", programme_files.files, name="programme-files"),
    path("<int:number>/participants/", programme_participants.participants, name="programme-participants"),
    path("<int:number>/participants/add/", programme_participants.register, name="programme-register"),
    path("<int:number>/participants/move/", programme_participants.move, name="programme-move"),
]
