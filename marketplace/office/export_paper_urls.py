"""Below /office/exports/<number>/papers/."""

from django.urls import path

from marketplace.office.views import exports_paper as one
from marketplace.office.views import exports_papers as papers
from marketplace.office.views import exports_sending as sending

urlpatterns = [
    path("", papers.papers, name="export-papers"),
    path("set-up/", papers.set_up_papers, name="export-papers-set-up"),
    path("amend/", papers.amend_papers, name="export-papers-amend"),
    path("clear/", papers.clear_consignment, name="export-clear"),
    path("exporter/", papers.exporter_identity, name="export-identity"),
    path("pack/", sending.ask_pack, name="export-pack"),
    path("pack/<int:pk>.pdf", sending.pack_file, name="export-pack-file"),
    path("links/", sending.upload_links, name="export-links"),
    path("links/<int:pk>/revoke/", sending.revoke_link, name="export-link-revoke"),
    path("<slug:kind>/", one.paper, name="export-paper"),
    path("<slug:kind>/draft.pdf", one.paper_draft, name="export-paper-draft"),
    path("<slug:kind>/draft/", one.draft_paper, name="export-paper-drafted"),
    path("<slug:kind>/issue/", one.issue_paper, name="export-paper-issue"),
    path("<slug:kind>/confirm/", one.confirm_paper, name="export-paper-confirm"),
    path("<slug:kind>/upload/", one.upload_paper, name="export-paper-upload"),
    path("<slug:kind>/check/", one.check_paper, name="export-paper-check"),
    path("<slug:kind>/reject/", one.reject_paper, name="export-paper-reject"),
    path("<slug:kind>/waive/", one.waive_paper, name="export-paper-waive"),
    path("<slug:kind>/ask/", one.ask_paper, name="export-paper-ask"),
    path("<slug:kind>/<int:version>.<slug:ending>", one.paper_file, name="export-paper-file"),
]
