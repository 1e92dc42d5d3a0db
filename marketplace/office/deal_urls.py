"""Pages of promises and leads, for whoever runs a province's programme."""

from django.urls import path

from marketplace.office.views import commitments, floor, leads

urlpatterns = [
    path("commitments/", commitments.commitments, name="commitments"),
    path("commitments/events/<str:number>/", commitments.by_event, name="commitments-event"),
    path("commitments/<str:number>/", commitments.commitment, name="commitment"),
    path("commitments/<str:number>/evidence/<str:token>/", commitments.evidence, name="commitment-evidence"),
    path("floor/worker.js", floor.worker, name="floor-worker"),
    path("floor/<str:number>/", floor.floor, name="floor"),
    path("floor/<str:number>/send/", floor.send, name="floor-send"),
    path("leads/", leads.leads, name="leads"),
    path("leads/new/<str:number>/", leads.new, name="lead-new"),
    path("leads/<str:number>/", leads.lead, name="lead"),
]
