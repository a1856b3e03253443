"""The value lists of the workbook: key, Chinese name, English name."""

from __future__ import annotations

from crm.exchange.sheets.definitions import Choice

ROLE = (
    Choice("salesperson", "销售顾问"),
    Choice("sales_supervisor", "销售主管"),
    Choice("service_agent", "客服", "Customer-service agent"),
    Choice("service_supervisor", "客服主管", "Customer-service supervisor"),
    Choice("marketer", "市场专员"),
    Choice("marketing_supervisor", "市场主管"),
    Choice("handler", "部门处理人", "Department handler"),
    Choice("auditor", "回访监督", "Return-visit auditor"),
    Choice("reception", "前台", "Front desk"),
    Choice("manager", "店经理", "Store manager"),
    Choice("general_manager", "总经理"),
    Choice("privacy_officer", "个人信息保护负责人"),
    Choice("admin", "管理员", "Administrator"),
)
ROLES_WITHOUT_STORE = frozenset({"general_manager", "privacy_officer", "admin"})

GENDER = (Choice("male", "男"), Choice("female", "女"))

RECEPTION_KIND = (Choice("walk_in", "来店"), Choice("call", "来电"))

SOURCE = (
    Choice("walk_in", "自然来店"),
    Choice("phone", "来电", "Phone call"),
    Choice("event", "活动"),
    Choice("referral", "转介绍"),
    Choice("repeat", "再购", "Repeat purchase"),
    Choice("internet", "网络"),
    Choice("canvassing", "外拓"),
    Choice("peer", "同行介绍", "Peer introduction"),
    Choice("pool", "公海", "Public pool"),
    Choice("other", "其他"),
)

LEVEL = (Choice("H", "H级"), Choice("A", "A级"), Choice("B", "B级"), Choice("C", "C级"))

CUSTOMER_STATUS = (
    Choice("open", "跟进中"),
    Choice("ordered", "已订车"),
    Choice("delivered", "已交车"),
    Choice("lost", "战败"),
    Choice("pool", "公海", "Public pool"),
)

METHOD = (
    Choice("phone", "电话"),
    Choice("sms", "短信"),
    Choice("wechat", "微信"),
    Choice("in_person", "面谈", "Showroom visit"),
    Choice("email", "邮件", "E-mail"),
    Choice("onsite", "上门", "Home visit"),
    Choice("survey", "在线问卷", "Online questionnaire"),
)

DIRECTION = (Choice("out", "呼出", "Outbound"), Choice("in", "呼入", "Inbound"))

OUTCOME = (
    Choice("reached", "接通"),
    Choice("replied", "已回复"),
    Choice("sent", "已发送"),
    Choice("no_answer", "未接"),
    Choice("absent", "不在"),
    Choice("refused", "拒绝", "Would not talk"),
    Choice("wrong_number", "空号错号"),
)

PURPOSE = (Choice("sales", "跟进", "Follow-up"), Choice("care", "关怀"))

PLAN_STATUS = (
    Choice("draft", "草稿"),
    Choice("submitted", "待审", "Awaiting approval"),
    Choice("approved", "已通过"),
    Choice("rejected", "已退回", "Returned"),
    Choice("completed", "已完成"),
    Choice("cancelled", "已取消"),
)
LIVE_PLAN = frozenset({"draft", "submitted", "approved", "rejected"})

PLANNED_CONTACT_STATUS = (
    Choice("planned", "计划"),
    Choice("done", "完成"),
    Choice("cancelled", "取消"),
)

ORDER_STATUS = (
    Choice("draft", "草稿"),
    Choice("signed", "已签"),
    Choice("delivered", "已交付"),
    Choice("cancelled", "已取消"),
)

VISIT_KIND = (
    Choice("new_purchase", "新购"),
    Choice("regular", "定期"),
    Choice("project", "项目"),
    Choice("complaint", "投诉", "After a complaint"),
    Choice("event", "活动", "After an event"),
    Choice("follow_up_feedback", "跟进反馈", "Feedback on follow-up"),
)

VISIT_STATUS = (
    Choice("due", "待回访"),
    Choice("completed", "已完成"),
    Choice("unreachable", "未联系上", "Not reached"),
    Choice("cancelled", "已取消"),
)

SATISFACTION = (
    Choice("5", "非常满意", "Very satisfied"),
    Choice("4", "满意", "Satisfied"),
    Choice("3", "一般", "Neutral"),
    Choice("2", "不满意", "Dissatisfied"),
    Choice("1", "非常不满意", "Very dissatisfied"),
)

AUDIT = (Choice("accurate", "准确"), Choice("inaccurate", "不准确"))

TICKET_KIND = (
    Choice("complaint", "投诉"),
    Choice("problem", "回访问题", "Visit problem"),
    Choice("help", "协助请求", "Help request"),
    Choice("praise", "表扬"),
    Choice("suggestion", "建议"),
    Choice("inquiry", "咨询"),
)

TICKET_CATEGORY = (
    Choice("product_quality", "产品质量"),
    Choice("service_quality", "服务质量"),
    Choice("technical", "技术"),
    Choice("price", "价格"),
    Choice("staff_conduct", "人员行为"),
    Choice("delivery", "物流交付", "Delivery and logistics"),
    Choice("other", "其他"),
)

TICKET_STATUS = (
    Choice("open", "待受理"),
    Choice("investigating", "调查中"),
    Choice("proposed", "待审批"),
    Choice("correcting", "整改中"),
    Choice("resolved", "已解决"),
    Choice("closed", "已关闭"),
    Choice("cancelled", "已取消"),
)

YES = frozenset({"true", "yes", "y", "1", "是"})
NO = frozenset({"false", "no", "n", "0", "否"})
