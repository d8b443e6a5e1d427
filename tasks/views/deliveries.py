"""What left the portal, what did not, and trying again; for administrators."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import allowed
from accounts.permissions import Permission
from districts.robots import allowed as is_robot
from tasks import background, delivering, listing
from tasks.models import Delivery
from tasks.reporting import new_key

A_PAGE = 50


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def delivery_list(request):
    """The outbox of the user's district; a POST sends a test to its group robot."""
    if request.method == "POST":
        return _test(request)
    deliveries = Delivery.objects.visible_to(request.user).select_related("user")
    if only_stuck := "stuck" in request.GET:
        deliveries = deliveries.stuck(timezone.now())
    if fmt := listing.wanted(request):
        return _export(deliveries, fmt)
    context = {
        "page": Paginator(deliveries, A_PAGE).get_page(request.GET.get("page")),
        "only_stuck": only_stuck,
        "robot": is_robot(request.user.district.webhook_url),
        "printed": settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
    }
    return render(request, "tasks/deliveries.html", context)


def _test(request):
    district = request.user.district
    if is_robot(district.webhook_url):
        body = _("这是一条测试消息，由%(who)s发送。") % {"who": request.user}
        fields = {"district": district, "channel": Delivery.Channel.WEBHOOK, "subject": _("测试"), "body": body}
        background.post(key=f"test-{new_key()}", **fields)
        messages.success(request, _("测试消息已交给后台发送，结果见下表。"))
    else:
        messages.error(request, _("本区没有可用的群机器人地址：请在“用户与基础数据”的“区”中填写。"))
    return redirect("deliveries")


def _export(deliveries, fmt):
    head = [_("时间"), _("渠道"), _("收件人"), _("标题"), _("状态"), _("已尝试次数"), _("错误"), _("发送时间")]
    return listing.export(listing.named(_("发送记录")), head, map(_line, deliveries), fmt)


def _line(delivery: Delivery) -> list:
    sent_at = delivery.sent_at and timezone.localtime(delivery.sent_at)
    return [
        *(timezone.localtime(delivery.at), delivery.get_channel_display(), delivery.user, delivery.subject),
        *(delivery.told, delivery.attempts, delivery.error, sent_at),
    ]


@require_POST
@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def send_again(request, pk):
    """A person decides that a stuck message goes out once more."""
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    if delivering.again(delivery.pk):
        background.deliver.enqueue(delivery.pk)
        messages.success(request, _("已交给后台再次发送。"))
    else:
        messages.error(request, _("这条消息不需要再试：%(state)s。") % {"state": delivery.told})
    return redirect("deliveries")
