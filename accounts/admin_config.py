from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's own site: its permissions, and its sign-in page."""

    default_site = "accounts.admin_site.PortalAdmin"
