"""Adding a device, and choosing its chair."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.devices.models import Device


class DeviceForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As staff call it: Monitor 2")
    )
    identifier = forms.CharField(
        label=_("How it names itself"),
        max_length=200,
        help_text=_("As it stands under “Unknown devices seen”, or in the monitor's settings."),
    )
    protocol = forms.ChoiceField(label=_("Speaks"), choices=Device.Protocol.choices)
    virtual = forms.BooleanField(label=_("This is a virtual patient, no real one"), required=False)

    def __init__(self, *args: Any, training: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not training:
            del self.fields["virtual"]

    def clean_identifier(self) -> str:
        return str(self.cleaned_data["identifier"]).strip()


class BindForm(forms.Form):
    chair = forms.CharField(
        label=_("Chair"), max_length=40, widget=forms.TextInput({"list": "chairs"})
    )


class FileForm(forms.Form):
    device = forms.ModelChoiceField(label=_("Monitor it comes from"), queryset=None)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV with a title row, a Time column with date, and a unit in each title: HR (bpm)."
        ),
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, devices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].queryset = devices
