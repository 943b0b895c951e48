"""How a message leaves the clinic. A back end is one function; settings name it by channel."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)


def email(address: str, subject: str, text: str) -> None:
    """By Django's mail settings: a server, or files of the demo."""
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])


def channels() -> tuple[str, ...]:
    """The channels this installation can send by, e-mail first."""
    return tuple(name for name in ("email", "sms") if settings.CONTACT_SENDERS.get(name))


def deliver(channel: str, address: str, subject: str, text: str) -> bool:
    """Send now. False when it could not be sent; the log says so without address or text."""
    path = settings.CONTACT_SENDERS.get(channel)
    if not (path and address):
        return False
    try:
        import_string(path)(address, subject, text)
    except (OSError, ValueError) as error:  # a mail server that is away or refuses
        log.warning("a message by %s was not sent: %s", channel, type(error).__name__)
        return False
    return True
