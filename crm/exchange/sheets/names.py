"""How names in a file are compared with ours: case, spaces and script ignored."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# The characters of our Chinese names whose traditional form differs, so that a workbook
# kept in traditional script finds its columns and values.
SIMPLIFIED = (
    "专个为产价决减划别务动协单卡历发号员回团图场处备复头实审客对导属岗工开归录态总战户护择"
    "择报拟据数断时机来构查标栏样档检款注测满灭牌现理电监确离种称签类级线约纳练组细织绍经结"
    "给络绝统继续绩编网职联获荐视觉触计订认让议记许论设访证评识诉诊词译试话诚询该详语误说请"
    "诸诺课谁调谈负财责败账货质贴费贷资赔赠购跃踪轮软载轿较辅辆输边达迁过运还这进远违连迟适"
    "选递遗邮释里钟钱铁锁错键镜长门闭问闲间闻阅队阶际险随隐难顶项顺须顾预领频题额风驶驾验"
    "业关内农区后应当径怀愿术牵状见车转销馈准"
)
TRADITIONAL = (
    "專個為產價決減劃別務動協單卡歷發號員回團圖場處備復頭實審客對導屬崗工開歸錄態總戰戶護擇"
    "擇報擬據數斷時機來構查標欄樣檔檢款注測滿滅牌現理電監確離種稱簽類級線約納練組細織紹經結"
    "給絡絕統繼續績編網職聯獲薦視覺觸計訂認讓議記許論設訪證評識訴診詞譯試話誠詢該詳語誤說請"
    "諸諾課誰調談負財責敗賬貨質貼費貸資賠贈購躍蹤輪軟載轎較輔輛輸邊達遷過運還這進遠違連遲適"
    "選遞遺郵釋裡鐘錢鐵鎖錯鍵鏡長門閉問閒間聞閱隊階際險隨隱難頂項順須顧預領頻題額風駛駕驗"
    "業關內農區後應當徑懷願術牽狀見車轉銷饋準"
)
TO_TRADITIONAL = str.maketrans(SIMPLIFIED, TRADITIONAL)
# Where Taiwan writes another form than Hong Kong.
TO_TAIWANESE = str.maketrans("賬劃", "帳畫")


def loose(name: str) -> str:
    """A name as it is compared: width, case, spaces and joining signs ignored."""
    return re.sub(r"[\s_\-]", "", unicodedata.normalize("NFKC", name)).casefold()


@cache
def spellings(name: str) -> frozenset[str]:
    """Every spelling under which one of our names is found, as compared."""
    traditional = name.translate(TO_TRADITIONAL)
    return frozenset(map(loose, (name, traditional, traditional.translate(TO_TAIWANESE))))
