"""Pages of a pesantren's promises and its stand at an event."""

from django.urls import path

from marketplace.workspace.views import commitments, leads

urlpatterns = [
    path("commitments/", commitments.commitments, name="commitments"),
    path("commitments/<str:number>/", commitments.commitment, name="commitment"),
    path("commitments/<str:number>/evidence/<str:token>/", commitments.evidence, name="commitment-evidence"),
    path("floor/worker.js", commitments.worker, name="floor-worker"),
    path("floor/<str:number>/", commitments.floor, name="floor"),
    path("floor/<str:number>/send/", commitments.send, name="floor-send"),
    path("leads/new/<str:number>/", leads.new, name="lead-new"),
]
