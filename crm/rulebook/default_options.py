"""The option lists a new installation starts with, in the three languages. Pure.

Codes are stable: rows and reports keep them (CC-29). The lists merge those of the paper cards.
"""

from __future__ import annotations

from typing import NamedTuple


class DefaultOption(NamedTuple):
    """One choice: the code rows keep and its words."""

    code: str
    zh_hans: str
    zh_hant: str
    en: str


# How we got in touch (CC-23).
CHANNELS = (
    DefaultOption("showroom", "展厅到店", "展廳到店", "Showroom"),
    DefaultOption("phone_in", "客户来电", "客戶來電", "Customer called"),
    DefaultOption("phone_sale", "电话销售", "電話銷售", "Phone sale"),
    DefaultOption("outreach", "外拓", "外拓", "Field outreach"),
    DefaultOption("acquaintance", "缘故", "緣故", "Acquaintance"),
    DefaultOption("friend", "朋友推荐", "朋友推薦", "Recommended by a friend"),
    DefaultOption("wechat", "微信", "微信", "WeChat"),
    DefaultOption("short_video", "短视频", "短影音", "Short video"),
    DefaultOption("car_portal", "汽车网站", "汽車網站", "Car portal"),
    DefaultOption("website", "官网", "官網", "Our website"),
    DefaultOption("auto_show", "车展", "車展", "Auto show"),
    DefaultOption("outdoor", "户外广告", "戶外廣告", "Outdoor advertising"),
    DefaultOption("other", "其他", "其他", "Other"),
)

# Why a customer was lost (LR-01, LR-03).
LOST_REASONS = (
    DefaultOption("other_brand", "他牌战败", "他牌戰敗", "Bought another brand"),
    DefaultOption("other_dealer", "体系内战败", "體系內戰敗", "Bought at another dealer"),
    DefaultOption("colleague", "社内战败", "社內戰敗", "Bought from a colleague"),
    DefaultOption("out_of_contact", "失联", "失聯", "Out of contact"),
    DefaultOption("used_car", "预算不足，买二手车", "預算不足，買中古車", "Bought a used car"),
    DefaultOption(
        "cheaper_car", "预算不足，买更便宜的车", "預算不足，買更便宜的車", "Bought a cheaper car"
    ),
    DefaultOption("vehicle", "车辆条件", "車輛條件", "The car itself"),
    DefaultOption("relation", "特殊关系", "特殊關係", "Special relation"),
    DefaultOption("habit", "品牌习惯", "品牌習慣", "Brand habit"),
    DefaultOption("use", "用途不符", "用途不符", "Different use"),
    DefaultOption("selling", "销售技巧", "銷售技巧", "Our selling"),
    DefaultOption("promotion", "促销不足", "促銷不足", "Too little promotion"),
    DefaultOption("other", "其他", "其他", "Other"),
)

PAYMENT_METHODS = (
    DefaultOption("transfer", "转账", "轉帳", "Bank transfer"),
    DefaultOption("card", "刷卡", "刷卡", "Bank card"),
    DefaultOption("wechat_pay", "微信支付", "微信支付", "WeChat Pay"),
    DefaultOption("alipay", "支付宝", "支付寶", "Alipay"),
    DefaultOption("cash", "现金", "現金", "Cash"),
    DefaultOption("loan", "贷款放款", "貸款撥款", "Loan payout"),
    DefaultOption("trade_in", "置换抵扣", "置換抵扣", "Trade-in credit"),
)

# What a problem or complaint is about, by the class before the dot (RV-34).
TICKET_SUBCLASSES = (
    DefaultOption("product_quality.body", "车身与漆面", "車身與漆面", "Body and paint"),
    DefaultOption("product_quality.interior", "内饰与异响", "內裝與異音", "Interior and noises"),
    DefaultOption("product_quality.parts", "零部件故障", "零件故障", "Faulty part"),
    DefaultOption("service_quality.attitude", "服务态度", "服務態度", "Attitude"),
    DefaultOption("service_quality.response", "响应速度", "回應速度", "Speed of response"),
    DefaultOption("service_quality.repair", "维修与保养", "維修與保養", "Repair and upkeep"),
    DefaultOption("technical.charging", "充电与电池", "充電與電池", "Charging and battery"),
    DefaultOption("technical.range", "续航", "續航", "Range"),
    DefaultOption("technical.software", "车机与软件", "車機與軟體", "Infotainment and software"),
    DefaultOption("technical.driving", "驾驶辅助", "駕駛輔助", "Driver assistance"),
    DefaultOption("price.change", "降价与价差", "降價與價差", "Price cut after purchase"),
    DefaultOption("price.finance", "贷款与费用", "貸款與費用", "Loan and fees"),
    DefaultOption("price.insurance", "保险", "保險", "Insurance"),
    DefaultOption("staff_conduct.promise", "承诺未兑现", "承諾未兌現", "Promise not kept"),
    DefaultOption("staff_conduct.manner", "言行不当", "言行不當", "Improper conduct"),
    DefaultOption("delivery.late", "交车延期", "交車延期", "Late delivery"),
    DefaultOption("delivery.condition", "交车车况", "交車車況", "Condition at delivery"),
    DefaultOption("delivery.papers", "上牌与资料", "領牌與資料", "Registration and papers"),
)

DEFAULT_OPTIONS: dict[str, tuple[DefaultOption, ...]] = {
    "channel": CHANNELS,
    "lost_reason": LOST_REASONS,
    "payment_method": PAYMENT_METHODS,
    "ticket_subclass": TICKET_SUBCLASSES,
}
