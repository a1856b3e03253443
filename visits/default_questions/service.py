"""What is asked about the car in use and about our service (RV-01, RV-02)."""

from __future__ import annotations

from visits.default_questions.parts import ask, options, section, when_yes
from visits.questions import GRADE, MULTIPLE, SINGLE, TEXT, YES_NO

IMPROVEMENTS = ("function", "performance", "design")

USE = section(
    "use",
    ("车辆使用", "車輛使用", "Using the car"),
    ask(
        "functions",
        SINGLE,
        (
            "常用功能会用了吗？",
            "常用功能會用了嗎？",
            "Do you know your way around the usual functions?",
        ),
        options=options(
            ("all", ("都会用", "都會用", "All of them")),
            ("most", ("基本会用", "大致會用", "Most of them")),
            ("few", ("有几项不会", "有幾項不會", "A few not yet")),
            ("none", ("很多不会", "很多不會", "Many not yet")),
        ),
    ),
    ask(
        "performance",
        GRADE,
        (
            "车辆性能（续航、动力、稳定）满意吗？",
            "車輛性能（續航、動力、穩定）滿意嗎？",
            "How satisfied are you with range, power and stability?",
        ),
        measures="product",
    ),
    ask(
        "defects",
        YES_NO,
        (
            "用车中遇到过功能问题或故障吗？",
            "用車中遇到過功能問題或故障嗎？",
            "Has a function ever failed or a fault come up?",
        ),
    ),
    ask(
        "defects_words",
        TEXT,
        ("是什么问题、什么时候出现？", "是什麼問題、什麼時候出現？", "What was it, and when?"),
        **{"if": when_yes("defects")},
    ),
    ask(
        "improve",
        MULTIPLE,
        (
            "希望车辆在哪些方面改进？",
            "希望車輛在哪些方面改進？",
            "What should be better about the car?",
        ),
        options=options(
            ("function", ("功能", "功能", "Functions")),
            ("performance", ("性能", "性能", "Performance")),
            ("design", ("设计", "設計", "Design")),
        ),
    ),
    ask(
        "improve_words",
        TEXT,
        ("具体怎样改进？", "具體怎樣改進？", "How should it be better?"),
        **{"if": {"question": "improve", "in": list(IMPROVEMENTS)}},
    ),
    ask(
        "charging",
        GRADE,
        ("充电使用满意吗？", "充電使用滿意嗎？", "How satisfied are you with charging?"),
    ),
)
SALES = (
    ask(
        "sales",
        GRADE,
        (
            "销售顾问的态度与专业满意吗？",
            "銷售顧問的態度與專業滿意嗎？",
            "How satisfied are you with the salesperson's manner and knowledge?",
        ),
        measures="sales",
    ),
    ask(
        "sales_speed",
        GRADE,
        (
            "销售顾问的响应速度满意吗？",
            "銷售顧問的回應速度滿意嗎？",
            "How satisfied are you with how quickly the salesperson answered?",
        ),
    ),
    ask(
        "presales",
        GRADE,
        (
            "售前咨询与建议满意吗？",
            "售前諮詢與建議滿意嗎？",
            "How satisfied are you with the advice before you bought?",
        ),
    ),
    ask(
        "sales_course",
        GRADE,
        (
            "购车过程中的跟进满意吗？",
            "購車過程中的跟進滿意嗎？",
            "How satisfied are you with how the purchase was followed through?",
        ),
    ),
)
AFTER_SALES = (
    ask(
        "after_sales",
        GRADE,
        (
            "售后服务总体满意吗？",
            "售後服務整體滿意嗎？",
            "How satisfied are you with after-sales service?",
        ),
        measures="after_sales",
    ),
    ask(
        "after_sales_used",
        YES_NO,
        (
            "最近有问题找过我们的售后吗？",
            "最近有問題找過我們的售後嗎？",
            "Did you have a problem that you brought to after-sales lately?",
        ),
    ),
    ask(
        "after_sales_problem",
        TEXT,
        (
            "是什么问题，是怎么处理的？",
            "是什麼問題，是怎麼處理的？",
            "What was it, and how was it handled?",
        ),
        **{"if": when_yes("after_sales_used")},
    ),
    ask(
        "after_sales_timely",
        GRADE,
        ("处理得及时吗？", "處理得及時嗎？", "How satisfied are you with how soon it was done?"),
        **{"if": when_yes("after_sales_used")},
    ),
    ask(
        "after_sales_solved",
        GRADE,
        ("问题解决得怎么样？", "問題解決得怎麼樣？", "How satisfied are you with the solution?"),
        **{"if": when_yes("after_sales_used")},
    ),
    ask(
        "after_sales_manner",
        GRADE,
        ("接待的态度怎么样？", "接待的態度怎麼樣？", "How satisfied are you with the manner?"),
        **{"if": when_yes("after_sales_used")},
    ),
)
