"""The ASGI application that uvicorn serves."""

import os

from django.core.asgi import get_asgi_application

from reprieve.clinic.config.threads import ThreadsUsedAgain

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reprieve.clinic.config.settings.serve")
application = ThreadsUsedAgain(get_asgi_application())
