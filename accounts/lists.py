"""Towns, facilities and users as plain lists: what a file may bring in, and for whom.

The column heads are the format of the file: they stay Chinese in every language.
"""

from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import ModelInstanceLoader
from import_export.widgets import CharWidget

from accounts.list_fields import FACILITY, TOWN, Choice, Code, Day, RoleWidget, UserFacility, UserTown, Whole, YesNo
from accounts.models import User
from districts.models import District, Facility, Town

DISTRICT, NAME, ORDER = "区划代码", "名称", "顺序"
USERNAME, PERSON, EMAIL, ROLE, ACTIVE = "用户名", "姓名", "电子邮箱", "角色", "启用"


def within(rows, user):
    """What of these rows the administrator keeps; a superuser keeps everything."""
    return rows if user.is_superuser else rows.visible_to(user)


class PlainDiff(resources.Diff):
    """Old and new as elements, without the inline styles that the content security policy refuses."""

    def as_html(self):
        return [self._told("" if self.new else old, new) for old, new in zip(self.left, self.right, strict=True)]

    @staticmethod
    def _told(old, new):
        if old == new:
            return new
        return format_html("<del>{}</del> <ins>{}</ins>", old, new) if old else format_html("<ins>{}</ins>", new)


class Owned(ModelInstanceLoader):
    """Only rows that the administrator sees are brought up to date."""

    def get_queryset(self):
        return self.resource.rows()

    def get_instance(self, row):
        try:
            return super().get_instance(row)
        except ValueError:
            return None  # its key is at fault: told when the row is read


class ListResource(resources.ModelResource):
    """One row, one object by its natural key; every row is checked, and a key stands once."""

    class Meta:
        instance_loader_class = Owned
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def __init__(self, *, by, **kwargs):
        super().__init__(**kwargs)
        self.by = by
        self.seen = set()
        self.towns = within(Town.objects.all(), by)

    def rows(self):
        """The rows that may be brought up to date."""
        return within(self._meta.model.objects.all(), self.by)

    def get_diff_class(self):
        return PlainDiff

    def before_import_row(self, row, **kwargs):
        key = tuple(row.get(self.fields[name].column_name) for name in self.get_import_id_fields())
        if key in self.seen:
            raise ValidationError(_("“%(key)s”在表中出现了两次。") % {"key": " ".join(map(str, key))})
        self.seen.add(key)
        if DISTRICT in self.heads and not row.get(DISTRICT) and self.by.district:
            row[DISTRICT] = self.by.district.code

    @property
    def heads(self):
        return [field.column_name for field in self.fields.values()]

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Name each fault by the head of its column."""
        try:
            super().validate_instance(instance, import_validation_errors, validate_unique)
        except ValidationError as found:
            heads = {field.attribute: field.column_name for field in self.fields.values()}
            raise ValidationError(
                [
                    f"{heads[name]}：{message}" if name in heads else message
                    for name, messages in found.message_dict.items()
                    for message in messages
                ]
            ) from found


class TownResource(ListResource):
    district = Field("district", DISTRICT)
    code = Field("code", TOWN, CharWidget())
    name = Field("name", NAME, CharWidget())
    order = Field("order", ORDER, Whole())

    class Meta(ListResource.Meta):
        model = Town
        fields = ["district", "code", "name", "order"]
        import_id_fields = ["code"]

    def __init__(self, *, by, **kwargs):
        super().__init__(by=by, **kwargs)
        self.fields["district"].widget = Code(within(District.objects.all(), by), "code")


class FacilityResource(ListResource):
    """A column that a file does not have leaves what stands as it is."""

    town = Field("town", TOWN)
    name = Field("name", NAME, CharWidget())
    kind = Field("kind", "类别", Choice(Facility.Kind))
    operation = Field("operation", "建设与运营方式", Choice(Facility.Operation))
    director = Field("director", "负责人", CharWidget())
    phone = Field("phone", "联系电话", CharWidget())
    address = Field("address", "地址", CharWidget())
    registration = Field("registration", "登记或备案编号", CharWidget())
    opened_on = Field("opened_on", "开业日期", Day())
    closed_on = Field("closed_on", "停业日期", Day())

    class Meta(ListResource.Meta):
        model = Facility
        fields = [
            *("town", "name", "kind", "operation", "director", "phone", "address", "registration"),
            *("opened_on", "closed_on"),
        ]
        import_id_fields = ["town", "name"]

    def __init__(self, *, by, **kwargs):
        super().__init__(by=by, **kwargs)
        self.fields["town"].widget = Code(self.towns, "code")


class UserResource(ListResource):
    """Accounts without their passwords: a new one can't sign in until a password is set."""

    username = Field("username", USERNAME, CharWidget())
    name = Field("name", PERSON, CharWidget())
    email = Field("email", EMAIL, CharWidget())
    role = Field("role", ROLE, RoleWidget())
    district = Field("district", DISTRICT)
    town = Field("town", TOWN)
    facility = Field("facility", FACILITY)
    is_active = Field("is_active", ACTIVE, YesNo())

    class Meta(ListResource.Meta):
        model = User
        fields = ["username", "name", "email", "role", "district", "town", "facility", "is_active"]
        import_id_fields = ["username"]

    def __init__(self, *, by, **kwargs):
        super().__init__(by=by, **kwargs)
        self.fields["district"].widget = Code(within(District.objects.all(), by), "code")
        self.fields["town"].widget = UserTown(self.towns, "code")
        self.fields["facility"].widget = UserFacility(within(Facility.objects.all(), by), "name")

    def rows(self):
        """A superuser's account is out of reach."""
        return super().rows().filter(is_superuser=False)

    def get_queryset(self):
        return super().get_queryset().select_related("district", "town", "facility__town")

    def init_instance(self, row=None):
        user = super().init_instance(row)
        user.set_unusable_password()
        return user

    def dehydrate_town(self, user):
        place = user.facility.town if user.facility else user.town
        return place.code if place else ""
