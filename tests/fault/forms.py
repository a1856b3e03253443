"""What each form of the product carries when it is sent twice at once, as its page fills it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.core import signing

from complaints.models import Ticket
from crm.home.views.second_steps import SIGNER
from crm.notices.models import Delivery
from crm.people import codes
from crm.people.models import Department, User
from crm.people.queues import keys_of
from crm.rulebook.models import OptionKind
from crm.rulebook.queues import option_choices
from tests import people
from tests.exchange.books import csv_text
from tests.exchange.jobs import customer
from tests.people import NOW
from tests.permissions.answers import make_macro
from tests.permissions.floor import Floor, make_send
from tests.records.samples import PDF, photo
from visits.models import Questionnaire, Visit, VisitRule

SATURDAY = "2026-03-14 14:30"
STEP = {"due_at": SATURDAY, "method": "phone", "content": "确认试驾", "reason": "上次问到空间"}
LOGGED = {"method": "phone", "result": "progress", "next": "pick", "next_at": SATURDAY}
NEW_CARD = {
    "name": "郑明",
    "phone": "13900007777",
    "source": "walk_in",
    "channel": "朋友介绍",
    "reason": "看中 S7，想试驾",
    "first_at": SATURDAY,
    "first_method": "phone",
}
PERSON = {"name": "新人", "username": "xinren", "email": "xinren@example.com"}
SEEN = {"planned": "yes", "in_time": "yes", "attitude": "yes"}
SALT = "salt of the fault tests"
SECRET = "seven brown horses over"
PASSWORDS = {"password": SECRET, "present": people.PASSWORD}


def a_channel() -> str:
    return str(option_choices(OptionKind.CHANNEL)[0][0])


def own_product(_floor: Floor, card: Any) -> dict[str, Any]:
    product = people.make_product()
    return {"product": product.public_id, "amount": "239800", "quantity": "1", **_moment()}


def _moment(name: str = "signed_at") -> dict[str, str]:
    return {name: "2026-03-12 10:20"}


def another_auditor(floor: Floor) -> User:
    """Who audits beside Vera in this store."""
    return people.make_user("viola", "另一位审核员", "auditor", floor.cast.pudong)


def file(_floor: Floor, _row: Any) -> dict[str, Any]:
    data = csv_text([customer("KH-9")]).encode()
    return {"file": SimpleNamespace(name="客户资料.csv", bytes=data)}


def previewed_targets(floor: Floor, _row: Any) -> dict[str, Any]:
    """One new target as the preview of a file sealed it."""
    cells = {"key": "nps", "store": floor.cast.pudong.code, "month": "2026-03", "value": "40"}
    sealed = [floor.actor("manager").pk, list(cells), [[2, cells, ""]]]
    return {"rows": signing.dumps(sealed, salt="exchange.targets")}


def held(floor: Floor, _row: Any) -> dict[str, Any]:
    """A message older than a day, of the supervisor's team."""
    send = make_send(floor.cast.lin, "held")
    Delivery.objects.filter(pk=send.pk).update(store=floor.cast.pudong)
    return {"delivery": f"{send.public_id}:{send.version}"}


CASE = {
    "title": "充电停在 80%",
    "symptoms": "夜间充电停在 80%",
    "cause": "固件过旧",
    "handling": "升级固件",
}

TEXTS = {
    "name": "受理通知",
    "zh_hans": "{customer}您好，已受理",
    "zh_hant": "{customer}您好，已受理",
    "en": "Dear {customer}",
}
STEPS = {"name": "备注", "note": "已电话确认"}


STRANGER = {"name": "郑明", "phone": "13900007777"}


def code_now() -> str:
    """What the authenticator of `ready.with_second_step` shows."""
    return codes.code_at(keys_of(SALT)[0], NOW)


def set_up(floor: Floor, _row: Any) -> dict[str, str]:
    """The form of somebody who sets an authenticator up, as the page drew it."""
    token = SIGNER.sign(f"{floor.actor('salesperson').public_id}/{SALT}")
    return {"set_up": token, "present": people.PASSWORD, "code": code_now()}


def make_complaint(row: Ticket) -> Ticket:
    """Another open ticket of the same customer."""
    return people.make_ticket(row.card, NOW - dt.timedelta(hours=1), store=row.store)


# Why a form is not sent twice; every other one of the product is.
def visit_of_wu(floor: Floor) -> Visit:
    """A visit Wu has still to make."""
    card = people.make_card(floor.cast.lin)
    return people.make_visit(card, NOW.date(), assignee=floor.cast.wu, state="assigned")


NOT_SENT = {
    "complaints:suggest_cases": "a question, asked anew each time",
    "complaints:watch_ticket": "said again by itself, writes no row of the business",
    "customers:check_phone": "a question, asked anew each time",
    "exchange:open_targets": "looks into a file and saves nothing",
    "exchange:take_targets": "taking a file twice gives it twice",
    "people:sign_in": "two browsers that sign in are two sessions",
    "people:sign_out": "and so are two that sign out",
    "reports:take_report": "taking a file twice gives it twice",
}

# A form not named here carries its version and request id alone.
BODIES: dict[str, Any] = {
    "complaints:answer_opinion": {"words": "周六下午可以试驾"},
    "complaints:attach_files": {"attachments": SimpleNamespace(name="现场.jpg", bytes=photo())},
    "complaints:attach_to_task": {"attachments": SimpleNamespace(name="报告.pdf", bytes=PDF)},
    "records:remove_attachment": {"reason": "传错了"},
    "complaints:claim_tickets": lambda floor, _row: {
        "ticket": f"{floor.rows['lin', 'ticket'].public_id}:1",
    },
    "complaints:miss_customer": {"way": "call", "next_at": SATURDAY},
    "complaints:contact_customer": {
        "way": "call",
        "words": "已受理",
        "next_at": SATURDAY,
        "named": "on",
    },
    "complaints:lodge_complaint": {
        "kind": "complaint",
        "channel": "phone",
        "name": "王芳",
        "category": "technical",
        "severity": "normal",
        "description": "充到 80% 就停",
    },
    "complaints:link_ticket": lambda _floor, row: {"number": make_complaint(row).ticket_no},
    "complaints:offer_tickets": lambda floor, _row: {
        "ticket": f"{floor.rows['lin', 'relation'].first.public_id}:1",
        "to": floor.cast.xu.pk,
        "reason": "休假",
    },
    "complaints:route_tickets": lambda floor, _row: {
        "ticket": f"{floor.rows['lin', 'relation'].first.public_id}:1",
        "department": floor.cast.technical.pk,
    },
    "complaints:create_template": lambda floor, _row: {
        **TEXTS,
        "store": floor.cast.pudong.public_id,
    },
    "complaints:change_template": TEXTS,
    "complaints:create_macro": lambda floor, _row: {
        **STEPS,
        "store": floor.cast.pudong.public_id,
    },
    "complaints:change_macro": STEPS,
    "complaints:run_macro": lambda floor, _row: {
        "macro": make_macro(floor.cast.pudong, floor.cast.xu, takes=True).public_id,
    },
    "complaints:merge_ticket": lambda _floor, row: {"into": make_complaint(row).public_id},
    "complaints:pause_clocks": {"reason": "等客户发视频"},
    "complaints:visit_site": {"at": "2026-03-12 09:30", "words": "桩侧固件过旧"},
    "complaints:waive_visit": {"reason": "客户在外地"},
    "answer:confirm_answer": {"content": "no", "words": "还是停在 80%"},
    "answer:complain_by_link": {"words": "充到 80% 就停", "consent": "on", **STRANGER},
    "complaints:name_colleague": lambda floor, _row: {
        "about": floor.cast.zhou.public_id,
        "reason": "客户来电说明",
    },
    "complaints:convert_problem": {"channel": "phone", "severity": "normal"},
    "complaints:alarm_ticket": {"reason": "press", "words": "要找媒体"},
    "complaints:close_ticket": {"reason": "三天三次未接通"},
    "complaints:decide_proposal": {"verdict": "approve"},
    "complaints:give_correction": lambda floor, _row: {
        "what": "交车前讲解充电",
        "owner": floor.cast.wu.public_id,
        "due_on": "2026-03-26",
    },
    "complaints:waive_correction": {"reason": "已当场补讲"},
    "complaints:hear_customer": {"content": "no", "words": "没道歉"},
    "complaints:propose_solution": {
        "cause": "固件过旧",
        "liability": "service",
        "words": "升级固件",
        "grant": "service",
        "amount": "200",
    },
    "complaints:reject_ticket": {
        "words": "只是询问，已说明",
        "way": "call",
        "becomes": "inquiry",
    },
    "complaints:register_anew": {"channel": "phone", "words": "又停了", "severity": "normal"},
    "complaints:reopen_complaint": {"words": "又停了"},
    "complaints:reply_ticket": {"way": "letter", "words": "固件已升级，赠送充电卡"},
    "complaints:start_correction": {},
    "complaints:report_correction": {"outcome": "已培训"},
    "complaints:verify_correction": {"works": "yes", "verdict": "抽查三车都讲了"},
    "complaints:verify_complaint": lambda floor, row: {
        "method": "onsite",
        "department": (row.lead_department or floor.cast.technical).public_id,
        "checked_by": floor.cast.xu.public_id,
        "checked_at": "2026-03-12 09:30",
        "sample": "充电桩 SN-8812",
        "result": "faulty",
        "finding": "网关固件过旧",
        "our_opinion": "属质量问题",
    },
    "complaints:judge_severity": {"severity": "high", "reason": "客户每天用车"},
    "complaints:give_opinion": {"words": "同意"},
    "complaints:hear_colleague": {"content": "no", "words": "没有听我说"},
    "complaints:withdraw_ticket": {"words": "不用了，谢谢"},
    "complaints:ask_department": lambda _floor, _row: {
        "department": Department.objects.create(name="法务").pk,
        "task": "看合同",
    },
    "complaints:call_off_task": {"reason": "不需要了"},
    "complaints:complete_task": {"outcome": "已换件"},
    "complaints:confirm_ticket": {"solved": "no", "words": "没好", "answer_by": SATURDAY},
    "complaints:decide_case": {"decision": "publish"},
    "complaints:decline_ticket": {"reason": "休假"},
    "complaints:draft_case": CASE,
    "complaints:edit_case": {**CASE, "lessons": "先看固件"},
    "complaints:note_ticket": {"words": "客户下午在家"},
    "complaints:offer_ticket": lambda floor, _row: {"to": floor.cast.xu.pk, "reason": "休假"},
    "complaints:plan_stage": lambda floor, _row: {
        "title": "到货",
        "owner": floor.cast.wu.pk,
        "due_on": "2026-03-16",
    },
    "complaints:refuse_task": {"reason": "不归我们"},
    "complaints:report_progress": {"words": "等零件"},
    "complaints:route_ticket": lambda floor, _row: {
        "category": "technical",
        "department": floor.cast.technical.pk,
    },
    "complaints:tell_customer": {"words": "已解决", "granted": "yes"},
    "customers:assess_willingness": {"confidence": "3", "need": "2", "power": "2"},
    "customers:correct_channel": lambda _f, _row: {"channel": a_channel(), "reason": "记错了"},
    "customers:judge_level": {"level": "A"},
    "customers:name_referrer": lambda floor, _row: {
        "referrer": people.make_card(floor.cast.lin, "老客户").card_no,
    },
    "customers:report_duplicate": lambda floor, _row: {
        "phone": people.make_card(floor.cast.ma, phone="+8613900009999").customer.phone,
        "claim": "上周我接待过",
    },
    "customers:reveal_phone": {"reason": "回访到期"},
    "customers:rule_conflict": lambda _floor, row: {
        "ruled_for": row.claimant.public_id,
        "reason": "接待更早",
    },
    "customers:update_needs": {"reason": "看中 S7", "colour": "白"},
    "customers:update_profile": {"name": "张伟", "phone": "13800007654"},
    "home:ask_erasure": {"ground": "withdrawn", "heard": "in_writing"},
    "home:refuse_erasure": {"comment": "订单还没交车"},
    "exchange:new_export": {"list": "customers", "purpose": "试驾邀请"},
    "exchange:refuse_export": {"comment": "不必"},
    "exchange:return_import": {"comment": "再看一遍"},
    "exchange:upload_import": file,
    "exchange:import_targets": previewed_targets,
    "followups:add_step": STEP,
    "followups:approve_plans": lambda floor, _row: {
        "plan": f"{floor.rows['lin', 'plan'].public_id}:1",
        "plans": f"{floor.rows['lin', 'plan'].public_id}:1",
    },
    "followups:cancel_plan": {"reason": "不买了"},
    "followups:cancel_planned": {"reason": "不用了"},
    "followups:change_step": {**STEP, "content": "再确认"},
    "followups:keep_card_draft": {"name": "郑"},
    "followups:keep_contact_draft": {"note": "他说"},
    "followups:log_card_contact": LOGGED,
    "followups:log_contact": {**LOGGED, "planned_version": "1"},
    "followups:open_card": lambda _floor, _row: {**NEW_CARD, "channel": a_channel()},
    "followups:reschedule_planned": {"due_at": SATURDAY, "reason": "客户出差"},
    "followups:return_plan": {"comment": "太远"},
    "home:add_membership": lambda floor, _row: {
        "role": "reception",
        "store": floor.cast.pudong.pk,
    },
    "home:change_department": {"name": "售后"},
    "home:change_password": PASSWORDS,
    "home:change_store": {"code": "SH09", "name": "浦东店"},
    "home:change_team": {"name": "一队"},
    "home:change_user": {"name": "林晓彤", "username": "lin2", "email": "lin2@example.com"},
    "home:create_department": {"name": "配件"},
    "home:create_store": {"code": "SH02", "name": "静安店"},
    "home:create_team": lambda floor, _row: {"name": "三组", "store": floor.cast.pudong.pk},
    "home:create_user": lambda floor, _row: {
        **PERSON,
        "role": "reception",
        "store": floor.cast.pudong.pk,
    },
    "home:plan_absence": lambda floor, _row: {
        "deputy": floor.cast.zhou.pk,
        "starts_on": "2026-05-01",
        "ends_on": "2026-05-05",
    },
    "home:request_reset": {"who": "lin"},
    "home:use_link": PASSWORDS,
    "survey:answer_survey": {"q_overall": "5", "q_visitor": "5", "q_recommend": "9"},
    "survey:save_survey": {"q_overall": "5"},
    "home:my_settings": {"language": "en", "theme": "dark", "shortcuts_on": "on"},
    "home:second_step": set_up,
    "home:renew_recovery_codes": {"present": people.PASSWORD, "code": code_now()},
    "home:end_second_step": {"present": people.PASSWORD, "code": code_now()},
    "people:confirm_sign_in": {"code": code_now()},
    "home:require_second_step": {"roles": ["manager"]},
    "home:save_preferences": {"version": "0", "minutes_before": "30"},
    "notices:release_deliveries": held,
    "orders:cancel_order": {**_moment("cancelled_at"), "reason": "资金"},
    "orders:deliver_order": _moment("delivered_at"),
    "orders:sign_order": own_product,
    "reception:log_reception": {"kind": "walk_in", "party_size": "2", **_moment("arrived_at")},
    "promises:answer_promise": {"answer": "已报价", "granted": "yes"},
    "promises:move_promise": {"due_at": SATURDAY},
    "reception:receive_for_owner": lambda floor, _row: {
        "phone": people.make_card(floor.cast.ma, phone="+8613900009999").customer.phone
    },
    "reports:check_measure": {"works": "yes", "words": "不再有人提到"},
    "reports:decide_measure": lambda floor, _row: {
        "what": "讲解充电",
        "owner": floor.cast.chen.pk,
        "due_on": "2026-03-20",
    },
    "reports:decline_measure": {"words": "不必"},
    "reports:make_report": lambda floor, _row: {
        "store": floor.cast.pudong.public_id,
        "first": "2026-02-01",
        "last": "2026-02-28",
    },
    "reports:change_view": {"name": "每周一战败", "weekday": "0"},
    "reports:save_view": {"report": "lost", "query": "period=week", "name": "战败"},
    "reports:choose_report_mail": {"kinds": ["week"], "version": "0"},
    "reports:set_target": lambda floor, _row: {
        "key": "response_rate",
        "who": f"store-{floor.cast.pudong.public_id}",
        "month": "2026-03",
        "value": "70",
    },
    "rulebook:add_option": {"kind": "channel", "zh_hans": "直播间"},
    "rulebook:move_option": {"how": "down"},
    "rulebook:rename_option": {"zh_hans": "品牌官网"},
    "rulebook:set_day": {"day": "2026-03-19", "kind": "closed", "name": "盘点"},
    "rulebook:set_hours": {"day0": "09:00-12:00, 13:30-18:00"},
    "rulebook:set_number": {"value": "3"},
    "reports:correct_report": {"wrong_because": "来访登记漏录一天，已补录。"},
    "reports:sign_report": {"next_steps": "陈立新：逐卡复盘逾期（周一）"},
    "reports:propose_measure": lambda floor, _row: {
        "what": "讲解充电",
        "owner": floor.cast.chen.pk,
        "due_on": "2026-03-20",
    },
    "reports:write_report": {"problems": "充电", "suggestions": "讲解"},
    "visits:appeal_audit": {"words": "当时客户打了 5 分"},
    "visits:add_ready_section": {"section": "needs"},
    "visits:arrange_version": {"part": "question", "key": "sales", "how": "down"},
    "visits:begin_version": {"source": "in_use"},
    "visits:create_questionnaire": {"name": "新问卷", "kind": "event", "source": "of_kind"},
    "visits:put_question": {
        "question": "suggestions",
        "type": "text",
        "section": "overall",
        "zh_hans": "还有什么建议？",
    },
    "visits:put_section": {"section": "use", "zh_hans": "用车", "zh_hant": "用車", "en": "Car"},
    "visits:return_version": {"comment": "太长"},
    "visits:appoint_visit": {"at": SATURDAY, "place": "客户公司"},
    "visits:assign_visit": lambda floor, _row: {"to": floor.cast.wu.pk, "focus": "充电"},
    "visits:assign_visits": lambda floor, _row: {
        "visit": f"{floor.rows['lin', 'visit'].public_id}:1",
        "to": floor.cast.wu.public_id,
    },
    "visits:call": {
        "method": "phone",
        "q_overall": "4",
        "q_visitor": "5",
        "notes": "很好",
        "problem": "充到 80% 就停",
        "category": "technical",
        "rival1_brand": "极光",
        "rival1_words": "降了一万二",
        "need_words": "给父母添一台小车",
        "new_phone": "13900006666",
        "news": "添了二宝",
    },
    "complaints:ask_for_help": lambda floor, _row: {
        "department": floor.cast.technical.pk,
        "category": "technical",
        "words": "快充到八成就停，怎么答复客户？",
        "needed_by": SATURDAY,
        "promised": "on",
    },
    "home:hand_over": lambda floor, _row: {"care": floor.cast.zhou.public_id},
    "reports:ask_team": lambda floor, _row: {
        "team": floor.cast.team_one.public_id,
        "first": "2026-02-01",
        "last": "2026-02-28",
        "words": "多位客户觉得联系太频繁",
        "answer_by": "2026-03-20",
    },
    "reports:answer_team": {"done": "每周只联系一次"},
    "reports:check_response": {"works": "no", "effect": "还早", "again_by": "2026-03-30"},
    "visits:assign_care": lambda floor, _row: {"to": floor.cast.zhou.public_id},
    "visits:change_care_rule": {
        "name": "生日祝福",
        "wait": "2",
        "method": "wechat",
        "words": "生日快乐",
        "since": "2026-03-01",
        "active": "on",
    },
    "visits:complete_care": {"method": "wechat", "outcome": "sent", "words": "已发祝福"},
    "visits:skip_care": {"reason": "客户出国"},
    "visits:cancel_visit": {"reason": "other_words", "words": "客户出国"},
    "visits:reopen_visit": {"reason": "录入了另一位客户的答复"},
    "visits:change_rule": {
        "name": "首次回访",
        "wait": "2",
        "unit": "working_days",
        "since": "2026-03-01",
        "active": "on",
        "assigns_itself": "on",
    },
    "visits:make_rule": {
        "trigger": "delivery",
        "name": "交车后半月",
        "kind": "regular",
        "wait": "15",
        "unit": "days",
        "since": "2026-03-12",
    },
    "visits:change_visitor": {"qualified": "on", "regions": "浦东", "capacity": "20"},
    "visits:lift_refusal": {"wish": "contact:phone", "heard": "phone", "words": "又可以打了"},
    "visits:note_refusals": {"wishes": "contact:phone", "heard": "phone", "words": "别打电话"},
    "visits:decline_visit": {"reason": "不接受回访", "never_again": "on"},
    "visits:dismiss_opportunity": {"reason": "不换了"},
    "visits:call_off_correction": {"words": "客户已谅解"},
    "visits:finish_correction": {"words": "已给客户回电并更正记录"},
    "visits:hand_over_correction": lambda floor, _row: {
        "owner": floor.cast.wu.pk,
        "due_on": "2026-03-20",
        "what": "给客户回电",
    },
    "visits:pass_on_audit": lambda floor, _row: {
        "to": another_auditor(floor).pk,
        "reason": "我认识这位客户",
    },
    "visits:verify_correction": {"right": "yes", "words": "听了录音"},
    "visits:check_contact": {
        "happened": "yes",
        "agrees": "no",
        "useful": "cannot_tell",
        "words": "只说了活动",
    },
    "visits:miss_contact": {"outcome": "no_answer", "note_words": "忙线"},
    "visits:hear_audit": {**SEEN, "q_overall": "2"},
    "visits:judge_audit": {
        **SEEN,
        "complete": "yes",
        "accurate": "no",
        "accurate_words": "客户说 2 分",
        "result": "inaccurate",
        "words": "分数不符",
        "then": "publish",
    },
    "visits:attach_to_visit": {"attachments": SimpleNamespace(name="签收单.jpg", bytes=photo())},
    "visits:enter_later": {"made_at": "2026-03-12 09:30"},
    "visits:log_gift": {"what": "茶叶", "value": "88", "handed_over": "on"},
    "visits:prepare_visit": {"ready": ["documents", "gift"]},
    "visits:thank_customer": {"how": "当晚短信"},
    "visits:keep_call_draft": {"q_overall": "3", "notes": "客户在开车"},
    "visits:announce_draw": lambda _floor, _row: {
        "questionnaire": Questionnaire.objects.get(kind="event").pk,
        "prize": "充电券",
        "prizes": "2",
        "since": "2026-03-12",
        "until": "2026-03-31",
    },
    "visits:log_reply": {"reply": "一切都好"},
    "visits:make_link": {"until": "2026-03-20"},
    "visits:write_mail": {
        "channel": "email",
        "language": "zh-hans",
        "subject": "用车还顺利吗？",
        "body": "想听听您的意见",
        "with_link": "on",
        "reply_by": "2026-03-20",
    },
    "visits:send_questionnaires": lambda floor, _row: {
        "visit": f"{visit_of_wu(floor).public_id}:1",
        "reply_by": "2026-03-20",
    },
    "visits:plan_list": lambda floor, _row: {
        "rule": VisitRule.objects.get(trigger="list").public_id,
        "on": "2026-03-12",
        "customers": people.make_card(floor.cast.lin).card_no,
    },
    "visits:settle_audit": {"result": "accurate", "words": "听了录音"},
    "visits:try_audit": {"outcome": "no_answer", "note_words": "忙线"},
    "visits:show_number": {},
    "visits:try_visit": {"outcome": "no_answer", "note_words": "忙线"},
}

# Where the floor's own row would not do.
ROWS: dict[str, Callable[[Floor], Any]] = {
    "followups:begin_plan": lambda floor: people.make_card(floor.cast.lin),
    "home:deactivate_user": lambda floor: floor.cast.fang,
    "home:end_membership": lambda floor: floor.cast.fang.memberships.get(),
}
# How the second of two presses may be answered where there is nothing left to press.
SPENT = {
    "home:use_link": 404,
    # The customer's links and the codes of a second step count once.
    "answer:complain_by_link": 404,
    "answer:confirm_answer": 404,
    "survey:answer_survey": 404,
    "survey:save_survey": 404,
    "survey:unsubscribe": 404,
    "visits:pass_on_audit": 404,  # it is another's by then, and nobody else sees it
    "home:end_second_step": 422,
    "people:confirm_sign_in": 422,
}
# One press writes no row of its own: it changes one, or there is nothing to do.
SILENT: dict[str, str] = {
    "notices:mark_all_seen": "the lines are marked",
    "notices:mark_seen": "the line is marked",
    "people:choose_language": "the language is kept beside the name",
    "survey:save_survey": "the answers so far are kept beside the link",
    "notices:open_notice": "the line is marked",
    "notices:snooze_notice": "the line is put off",
    "home:request_reset": "the worker is asked to mail",
    "people:sign_out": "a session ends",
}
