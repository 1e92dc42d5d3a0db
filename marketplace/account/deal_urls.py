"""Pages of a company's promises at events."""

from django.urls import path

from marketplace.account.views import commitments

urlpatterns = [
    path("account/commitments/", commitments.commitments, name="commitments"),
    path("account/commitments/<str:number>/", commitments.commitment, name="commitment"),
    path(
        "account/commitments/<str:number>/evidence/<str:token>/",
        commitments.evidence,
        name="commitment-evidence",
    ),
]
