"""Where a virtual patient may be played: the demo, and a clinic that says it is for training."""

from django.conf import settings

from reprieve.clinic.accounts.models import Clinic


def is_training(clinic: Clinic) -> bool:
    return bool(settings.DEMO or clinic.settings.get("training"))
