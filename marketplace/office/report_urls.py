"""Reports of the programme, below office/reports/."""

from django.urls import path

from marketplace.office.views import reports

urlpatterns = [
    path("", reports.reports, name="reports"),
    path("<str:token>/", reports.report, name="report"),
    path("<str:token>/pdf/", reports.pdf, name="report-pdf"),
    path("<str:token>/xlsx/", reports.xlsx, name="report-xlsx"),
]
