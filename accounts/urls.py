"""Addresses of the floor: in and out, one's password, accounts, the event log."""

from django.urls import path

from accounts.views.audit_log import audit_log
from accounts.views.entrance import login, logout
from accounts.views.kept import kept
from accounts.views.password import password
from accounts.views.people import people, person_activate, person_deactivate, person_unlock
from accounts.views.profile import profile

app_name = "accounts"

urlpatterns = [
    path("login/", login, name="login"),
    path("logout/", logout, name="logout"),
    path("login/kept/", kept, name="kept"),
    path("password/", password, name="password"),
    path("profile/", profile, name="profile"),
    path("accounts/", people, name="people"),
    path("accounts/<int:user_id>/activate/", person_activate, name="person_activate"),
    path("accounts/<int:user_id>/deactivate/", person_deactivate, name="person_deactivate"),
    path("accounts/<int:user_id>/unlock/", person_unlock, name="person_unlock"),
    path("audit-log/", audit_log, name="audit_log"),
]
