"""A field for several rows of a table, by the keys that a page sends."""

from django import forms
from django.core.exceptions import ValidationError

from tasks.entry import read_whole


class SeveralField(forms.ModelMultipleChoiceField):
    """Django's, told apart from what no database holds: a key of thirty digits is no choice, not a failure."""

    def clean(self, value):
        for key in value or ():
            if not read_whole(str(key)):
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": key})
        return super().clean(value)
