"""Names and phrases of the demo floor, as salespeople write them. Data only."""

from __future__ import annotations

BRAND = "青岚"

COMPANY = "青岚"
STORES = (("CD01", "城东店", "华东"), ("BJ01", "滨江店", "华东"))

# code, name, line, list price
PRODUCTS = (
    ("S7-LR", "青岚 S7 长续航", "S 系列", 239_800),
    ("S7-4WD", "青岚 S7 四驱", "S 系列", 269_800),
    ("E5-STD", "青岚 E5 标准续航", "E 系列", 129_800),
    ("E5-LR", "青岚 E5 长续航", "E 系列", 149_800),
    ("V8", "青岚 V8", "V 系列", 329_800),
)

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶"
    "程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺"
)
DOUBLE_SURNAMES = ("欧阳", "诸葛", "司马", "上官")
GIVEN_FIRST = "志国建文海晓雨思佳子宇浩俊嘉明永美丽静慧雅欣若梓一启立春少维德宏振世家景"
GIVEN_SECOND = "伟强军平磊涛超杰鹏飞斌华峰辉刚敏燕红霞玲芳娜婷雪琳颖倩莉萍宁远彤航清妍然轩瑶"

# role, name, username; the store and team follow from the place in the tuple of each store
GROUP_STAFF = (
    ("general_manager", "顾明远", "gu.mingyuan"),
    ("privacy_officer", "苏文静", "su.wenjing"),
    ("admin", "管理员", "admin"),
)
STORE_STAFF = (
    (
        ("manager", "沈国栋", "shen.guodong", ""),
        ("sales_supervisor", "陈立新", "chen.lixin", "一组"),
        ("salesperson", "林晓彤", "lin.xiaotong", "一组"),
        ("salesperson", "周启航", "zhou.qihang", "一组"),
        ("salesperson", "沈佳宁", "shen.jianing", "一组"),
        ("sales_supervisor", "高雅琴", "gao.yaqin", "二组"),
        ("salesperson", "何雨薇", "he.yuwei", "二组"),
        ("salesperson", "赵一鸣", "zhao.yiming", "二组"),
        ("service_supervisor", "徐敏", "xu.min", "客服"),
        ("service_agent", "吴倩", "wu.qian", "客服"),
        ("reception", "方圆", "fang.yuan", ""),
        ("auditor", "程默", "cheng.mo", ""),
    ),
    (
        ("manager", "宋海波", "song.haibo", ""),
        ("sales_supervisor", "秦岚", "qin.lan", "一组"),
        ("salesperson", "马骁", "ma.xiao", "一组"),
        ("salesperson", "邓子轩", "deng.zixuan", "一组"),
        ("salesperson", "罗思远", "luo.siyuan", "一组"),
        ("service_agent", "田静", "tian.jing", "客服"),
        ("handler", "唐志刚", "tang.zhigang", ""),
        ("auditor", "韦慧", "wei.hui", ""),
        ("marketer", "叶青", "ye.qing", "市场"),
        ("marketing_supervisor", "蒋维", "jiang.wei", "市场"),
    ),
)
DEPARTMENTS = ("售后", "产品", "技术", "物流")

# Codes of the rulebook's lists, which say them in three languages.
CHANNELS = ("friend", "short_video", "car_portal", "showroom", "auto_show", "wechat")
OCCUPATIONS = ("中学教师", "工程师", "个体经营", "公务员", "护士", "设计师", "企业职员", "医生")
AREAS = ("城东区", "滨江区", "高新区", "城西区", "江北新区", "大学城")
COLOURS = ("云白", "远山灰", "星夜黑", "湖青", "暖沙")
RIVALS = ("宋 PLUS、Model Y", "Model Y", "小鹏 G6", "理想 L6", "比亚迪 汉", "还没看别家")
CURRENT_CARS = ("2018 款合资轿车，6.8 万公里", "2016 款 SUV，14 万公里", "首次购车", "2020 款轿车")
PURPOSES = ("家用，接送孩子，周末自驾", "上下班代步", "家里第二辆车", "跑业务，常跑高速")
DECIDERS = ("本人", "本人与夫人", "夫妻共同", "父母出资，本人决定")
CHARGING = ("固定车位，物业已同意装桩", "无固定车位", "公司可充电", "小区有公共桩")
CONFIDENCE = (
    "认可智驾，担心冬季续航",
    "看过试驾视频，比较放心",
    "担心品牌保值率",
    "朋友在开，口碑好",
)
NEEDS = ("二胎，要更大第二排", "旧车年检前要换", "上牌指标月底到期", "想换电车，不急")
POWERS = ("月供上限 4,500 元", "全款预算 25 万", "等年终奖", "置换款到位即可付")

CARD_REASONS = (
    "夫人未看车，是决定人之一；周末同来试驾可当面确认第二排与月供",
    "客户在对比两款车，等我们的置换估价",
    "指标月底到期，需在月内确认颜色与交期",
    "首次到店只看外观，约好带家人再来",
    "关注充电桩安装，需要给到物业流程",
)
# what for, and the reason that follows from the last result
STEPS = (
    ("确认周末试驾时间", "上次说孩子补习班结束后有空"),
    ("发报价单与两档贷款月供", "客户在意月供不超过 4,500 元"),
    ("答复旧车置换估价", "客户等我回话"),
    ("发家用充电桩安装流程与费用清单", "上次问到物业是否同意"),
    ("邀请带夫人到店看第二排", "夫人是决定人，之前没看过车"),
    ("问看过竞品后的感受，约对比试驾", "客户周末去看了别家"),
    ("告知本月金融政策变化", "上次说等政策"),
    ("送贷款方案两版（36/60 期），确认首付比例", "客户倾向贷款"),
    ("生日问候，看是否换季度计划", "不谈车，保持联系"),
    ("确认订金与颜色", "客户已选定配置"),
)
FEEDBACK = {
    "progress": (
        "已读报价，回复“周末带太太看看”",
        "认可智驾，担心冬季续航；已给北方实测表",
        "静态看车，未试驾，约下次",
        "问了金融方案，首付想压到三成",
    ),
    "thinking": ("再考虑，月底看厂家贴息", "家里还没商量好", "还要看一家竞品"),
    "visit_agreed": ("约到店：周六 10:00 看实车颜色", "周日下午带家人来试驾"),
    "wants_quote": ("要报价，含保险与上牌", "问两档贷款的月供"),
    "not_buying": ("预算不够，今年先不换", "家里意见不一，先放一放"),
    "no_answer": ("", "未接通，稍后再打"),
    "sent": ("已发资料，未回复",),
    "absent": ("家人接的，本人不在",),
    "refused": ("说在开会，不方便",),
    "wrong_number": ("号码是空号",),
}
BOUGHT_INSTEAD = ("other_brand", "cheaper_car")
LOST_REASONS = ("other_brand", "cheaper_car", "out_of_contact", "used_car")
TICKETS = (
    ("technical", "冬季续航低于预期，要求检测电池"),
    ("delivery", "交车延期一周，未提前告知"),
    ("service_quality", "售后预约等了三天没人回电"),
    ("product_quality", "副驾车门异响，第二次反映"),
    ("price", "交车后一周降价，要求说明"),
    ("staff_conduct", "销售承诺送充电桩未兑现"),
)
# Class, severity, what was said, hours ago, and what was done since.
COMPLAINTS = (
    ("technical", "high", "装桩后夜间充电停在 80%，两次来电无人回", 130, ("told", "plan")),
    ("product_quality", "normal", "空调异味，回访时提出", 1.6, ()),
    ("delivery", "high", "交车晚三天，未提前通知", 26, ("told", "plan", "visit")),
    ("price", "normal", "贷款利率与口头承诺不一致", 50, ("told",)),
    ("service_quality", "normal", "保养预约到店等了两小时", 74, ("told", "plan", "visit")),
    ("product_quality", "normal", "车机升级后蓝牙断连", 98, ("told", "plan", "pause")),
    ("technical", "critical", "低速制动时方向盘抖动", 0.3, ()),
)
# Class, what was said, what it is answered with.
ANSWERED = (
    ("service_quality", "取送车迟到一小时，没有电话", "致歉，赠一次取送车"),
    ("delivery", "随车充电线缺失，三天没人跟", "当日补送充电线，赠一个月充电"),
    ("technical", "导航更新后卡顿", "到店免费刷写，并赠一次保养"),
    ("service_quality", "维修完没洗车", "致歉，赠两次洗车"),
    ("other", "休息区餐食过期", "致歉，供应商整改，赠餐券"),
)
NO_VISIT = "客户在外地，照片与日志足以判断"
CAUSE = "交接时漏了提醒，没有人负责到底"
CONTENT = "可以，谢谢"
PUT_RIGHT = "交接单加一栏：谁在几点前联系客户"
OPINIONS = (
    ("inquiry", "service_quality", "保养能不能周末预约", 20),
    ("suggestion", "other", "休息区希望加充电插座", 44),
    ("praise", "service_quality", "交车讲解很细，感谢沈顾问", 68),
)
TOLD_FIRST = "已受理，由客服跟进，今天内再给回音"
TOLD_PLAN = "技术部查日志，明天上午给方案；期间可免费用店内快充"
FOUND = "现场复现，判断为固件问题，不是使用不当"
WAITING = "等客户发视频"
TASK = "查明原因，给出处理办法和时间"
OUTCOME = "已到店检测，更换部件并复测三次，均正常"
TOLD = "电话告知检测结果和处理办法，客户接受"
CASES = (
    (
        "technical",
        {
            "title": "家用桩充电停在 80%",
            "symptoms": "夜间充电停在 80%，手机无提示，换公共桩正常。",
            "cause": "桩侧网关固件过旧，23 点后与车端握手超时。",
            "handling": "远程升级网关固件，次日复测三次充满。",
            "lessons": "先问是否只在家用桩出现，再看固件版本，最后才约上门。",
        },
    ),
    (
        "delivery",
        {
            "title": "交车延期没有提前通知",
            "symptoms": "交车比约定晚一周，客户到店才知道。",
            "cause": "物流改班次后只通知了订单组，没有人告诉客户。",
            "handling": "当天致歉并给出新日期，每两天主动报一次进度，按时交车。",
            "lessons": "班次一变，负责人当天打电话给客户，不等到店。",
        },
    ),
)
VISIT_NOTES = ("整体满意，希望多给冬季用车提示", "交车流程很快", "车机升级后有卡顿", "")
# brand, model, kind, what was said, how far it moves the customer
HEARD = (
    ("小鹏", "G6", "promotion", "置换再补 8,000 元，月底截止", "wavering"),
    ("特斯拉", "Model Y", "price", "上周又降了一次价，邻居刚订", "wavering"),
    ("理想", "L6", "opinion", "后排空间大，孩子睡得开", "none"),
    ("比亚迪", "汉", "event", "周末在商场有试驾活动，送充电卡", "none"),
    ("比亚迪", "宋 PLUS", "price", "同配置便宜两万", "deciding"),
    ("问界", "M7", "opinion", "朋友说高速智驾更稳", "none"),
)
FOUND_LATE = "客户问的充电桩安装，一周后才回电"
FOUND_WRONG = "客户现在说的总体满意度比记录低一级"
NEEDED = ("想给父母添一台小车", "二胎，想换六座", "公司要添两台通勤车", "孩子考了驾照，想添一台")
NOT_NOW = "明年再看"
CHECK_WORDS = "客户说只收到过一条微信，没有通过电话"
AUDIT_WORDS = "总体满意度与客户本人所说不一致"
# what was promised, hours since, hours until due, and the answer where one was given
PROMISED = (
    ("回复置换评估价", 30, -4, "评估价 12.6 万，已发微信"),
    ("确认下月贴息政策", 26, -3, ""),
    ("问清家用桩安装排期", 3, 5, ""),
)
PRIZE = "精洗券一张"
