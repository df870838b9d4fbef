"""How django-allauth behaves here: accounts are opened by an administrator, never by a visitor."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse


class AdaptateurComptes(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many wrong passwords is 429 with its page, like every other limit, not one more form error."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as trop:
            raise ImmediateHttpResponse(respond_429(request)) from trop

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The sign-in page says it: a message would need a cookie that public pages must not carry."""
        return f"{reverse('account_login')}?sortie=1"

    def format_email_subject(self, subject: str) -> str:
        return f"Maillage : {subject}"
