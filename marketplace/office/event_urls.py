"""Pages of business meetings and exhibitions, below office/events/."""

from django.urls import path

from marketplace.office.views import event_day, event_sides, event_times, events

PESANTREN, BUYER = {"side": "pesantren"}, {"side": "buyer"}
urlpatterns = [
    path("", events.events, name="events"),
    path("add/", events.event_add, name="event-add"),
    path("<str:number>/", events.event, name="event"),
    path("<str:number>/edit/", events.event_edit, name="event-edit"),
    path("<str:number>/move/", events.event_move, name="event-move"),
    path("<str:number>/pesantren/", event_sides.exhibitors, name="event-exhibitors"),
    path("<str:number>/pesantren/invite/", event_sides.invite_exhibitors, name="event-invite"),
    path("<str:number>/pesantren/<int:pk>/", event_sides.exhibitor, name="event-exhibitor"),
    path("<str:number>/pesantren/<int:pk>/goods/", event_sides.exhibitor_goods, name="event-exhibitor-goods"),
    path("<str:number>/buyers/", event_sides.guests, name="event-guests"),
    path("<str:number>/buyers/add/", event_sides.guest_add, name="event-guest-add"),
    path("<str:number>/buyers/<int:pk>/", event_sides.guest, name="event-guest"),
    path("<str:number>/buyers/<int:pk>/invite/", event_sides.invite_guest, name="event-guest-invite"),
    path("<str:number>/buyers/<int:pk>/remove/", event_sides.remove_guest, name="event-guest-remove"),
    path(
        "<str:number>/pesantren/<int:pk>/answer/", event_sides.answer_for, PESANTREN, "event-exhibitor-answer"
    ),
    path("<str:number>/buyers/<int:pk>/answer/", event_sides.answer_for, BUYER, "event-guest-answer"),
    path("<str:number>/pesantren/<int:pk>/link/", event_sides.new_link, PESANTREN, "event-exhibitor-link"),
    path("<str:number>/buyers/<int:pk>/link/", event_sides.new_link, BUYER, "event-guest-link"),
    path("<str:number>/times/", event_times.times, name="event-times"),
    path("<str:number>/times/<int:pk>/", event_times.change_time, name="event-time"),
    path("<str:number>/schedule/", event_times.schedule, name="event-schedule"),
    path("<str:number>/schedule/not-met/", event_times.unmet, name="event-unmet"),
    path("<str:number>/schedule/add/", event_times.meeting_add, name="event-meeting-add"),
    path("<str:number>/schedule/<int:pk>/", event_times.meeting, name="event-meeting"),
    path("<str:number>/check-in/", event_day.check_in, name="event-check-in"),
    path("<str:number>/badges/", event_day.badges, name="event-badges"),
    path("<str:number>/badges.pdf", event_day.badges_pdf, name="event-badges-pdf"),
    path("<str:number>/catalogue/", event_day.catalogue, name="event-catalogue"),
    path("<str:number>/catalogue.pdf", event_day.catalogue_pdf, name="event-catalogue-pdf"),
]
