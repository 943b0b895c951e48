"""Accounts are made by the clinic: nobody signs up, and one sign-in page serves all."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from reprieve.clinic.accounts.selectors import is_patient_only


class StaffAccounts(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Patients arrive at their own pages, everybody else at the clinic's."""
        if is_patient_only(request.user):
            return reverse("my:home")
        return super().get_login_redirect_url(request)
