"""Refusals as pages. A fragment asked for by htmx gets a fragment; a signed-out visitor gets the sign-in form."""

from flask import Response, g, redirect, render_template, request, url_for

from app.errors import Refusal
from app.inbox.page_views import Problem
from app.texts import sentence
from app.web.door import frame_of, signed_in

TITLES = {
    400: "请求有误",
    401: "请重新登录",
    403: "不能由您办理",
    404: "没有找到",
    405: "不支持这样操作",
    409: "没有提交成功",
    410: "内容已依法销毁",
    413: "内容过大",
    422: "请先改正",
    429: "请稍后再试",
    500: "系统出了问题",
    503: "系统正忙",
}
FIRST = {
    "password_expired": ("password.form", "修改密码"),
    "second_factor_due": ("second_factor.form", "设置两步验证"),
}
"""Refusals that something else has to be done first, and where."""
TEMPLATES = frozenset({403, 404, 409, 422, 500, 503})


def answer(refusal: Refusal) -> Response:
    first = FIRST.get(refusal.code)
    if first and request.method in {"GET", "HEAD"}:
        return redirect(url_for(first[0]), 303)  # type: ignore[return-value]
    if refusal.status == 401 and request.method in {"GET", "HEAD"}:
        return redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")), 303)  # type: ignore[return-value]
    problem = Problem(
        status=refusal.status,
        title=TITLES.get(refusal.status, "没有提交成功"),
        sentence=sentence(refusal),
        kept=g.get("typed", ()),
        reference=str(refusal.params.get("reference", "")),
        back_href=url_for(first[0]) if first else "/",
        back_label=first[1] if first else "回到待办",
    )
    template = f"errors/{refusal.status}.html" if refusal.status in TEMPLATES else "errors/page.html"
    return Response(
        render_template(template, problem=problem, page=problem, frame=_frame(refusal)),
        refusal.status,
        mimetype="text/html",
    )


def _frame(refusal: Refusal) -> object:
    """No frame where reading the person is what failed."""
    return None if refusal.status >= 500 else frame_of(signed_in())
