"""A second factor is set up and then asked for: nobody is locked out on the way."""

import base64
import hmac
import re
import struct
import time

from .conftest import PASSWORD, Visitor

# People no other journey signs in as: from here on the demo asks them for a code.
WHO = {"desk": "manager", "phone": "nurse-2"}


def code_of(secret: str) -> str:
    """The time-based code of RFC 6238: SHA-1, 30 s, 6 digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    number = struct.unpack(">I", digest[digest[-1] & 15 :][:4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def test_an_authenticator_is_activated_and_then_asked_for(visitor: Visitor) -> None:
    visitor.signs_in(WHO[visitor.width])
    secret = when_an_authenticator_is_activated(visitor)
    when_signing_in_again(visitor)
    then_the_code_opens_the_clinic(visitor, secret)


def when_an_authenticator_is_activated(visitor: Visitor) -> str:
    page = visitor.page
    visitor.opens("/account/second-factor/totp/activate/")
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/totp/activate/")
    secret = re.sub(r"\s", "", page.locator("#authenticator_secret").input_value())
    visitor.looks("second-factor-activate")
    page.locator("input[name=code]").fill(code_of(secret))
    page.locator("form:has(input[name=code]) button").first.click()
    page.wait_for_url(lambda url: "activate" not in url)
    visitor.looks("second-factor-active")
    return secret


def when_signing_in_again(visitor: Visitor) -> None:
    visitor.page.context.clear_cookies()
    visitor.opens("/account/login/")
    visitor.page.get_by_label("Email").fill(f"{WHO[visitor.width]}@demo.example")
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()


def then_the_code_opens_the_clinic(visitor: Visitor, secret: str) -> None:
    visitor.page.locator("input[name=code]").wait_for()
    visitor.looks("second-factor-asked")
    time.sleep(31 - time.time() % 30)  # a code is taken once: wait for the next
    visitor.page.locator("input[name=code]").fill(code_of(secret))
    visitor.page.locator("form:has(input[name=code]) button").first.click()
    visitor.page.wait_for_url(f"{visitor.address}/")
