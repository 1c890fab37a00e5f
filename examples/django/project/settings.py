"""Host, port and user come from PGHOST, PGPORT and PGUSER, as for psql."""

import os

SECRET_KEY = "for an example only"
USE_TZ = True
TIME_ZONE = "UTC"
INSTALLED_APPS = ["partitioning", "shop"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    alias: {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get(variable, name),
    }
    for alias, variable, name in [
        ("default", "SHOP_DATABASE", "shop"),
        ("branch", "BRANCH_DATABASE", "branch"),
    ]
}
