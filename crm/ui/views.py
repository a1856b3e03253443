"""The one address of the screen itself: what words for a moment mean."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from crm.ui import moments
from crm.ui.datewords import read_words


@require_GET
def read_moment(request: HttpRequest) -> HttpResponse:
    """Say what was understood: 识别为 3月14日 周六 16:00; nothing where nothing was."""
    past = request.GET.get("past") == "1"
    found = read_words(request.GET.get("words", ""), timezone.localtime(), past=past)
    if found is None:
        return JsonResponse({"understood": ""})
    words = moments.full(found.at, untimed=found.untimed)
    return JsonResponse({"understood": _("Understood as %(moment)s.") % {"moment": words}})
