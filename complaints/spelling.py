"""How a Chinese family name is spelled in Latin letters, for the check of cases (CP-26). Pure.

The family names of nine people in ten. Where one is an English word as well (He, An, Long) it is
left out alone, and looked for only with a title, as every name is.
"""

from __future__ import annotations

SPELLED = {
    "Bai": "白柏", "Cai": "蔡", "Cao": "曹", "Chen": "陈陳", "Cheng": "程成", "Cui": "崔",
    "Dai": "戴", "Deng": "邓鄧", "Ding": "丁", "Dong": "董", "Du": "杜", "Fang": "方房",
    "Feng": "冯馮", "Fu": "傅付", "Gao": "高", "Gu": "顾顧", "Guo": "郭", "Hao": "郝",
    "Hou": "侯", "Hu": "胡", "Huang": "黄黃", "Jia": "贾賈", "Jiang": "姜蒋蔣江", "Jin": "金",
    "Kong": "孔", "Lai": "赖賴", "Lei": "雷", "Li": "李黎", "Liang": "梁", "Liao": "廖",
    "Lin": "林", "Liu": "刘劉柳", "Lu": "卢盧陆陸鲁魯路", "Luo": "罗羅骆駱", "Lü": "吕呂",
    "Ma": "马馬", "Mao": "毛", "Meng": "孟", "Mo": "莫", "Ouyang": "欧歐", "Pan": "潘",
    "Peng": "彭", "Qian": "钱錢", "Qin": "秦覃", "Qiu": "邱丘", "Ren": "任", "Shao": "邵",
    "Shen": "沈", "Shi": "石史施", "Su": "苏蘇", "Sun": "孙孫", "Tan": "谭譚",
    "Tang": "唐汤湯", "Tao": "陶", "Tian": "田", "Wan": "万萬", "Wang": "王汪",
    "Wei": "魏韦韋", "Wen": "文温溫", "Wu": "吴吳武伍", "Xia": "夏", "Xiang": "向项項",
    "Xiao": "肖萧蕭", "Xie": "谢謝", "Xiong": "熊", "Xu": "徐许許", "Xue": "薛",
    "Yan": "严嚴阎閻颜顏", "Yang": "杨楊", "Yao": "姚", "Ye": "叶葉", "Yi": "易",
    "Yin": "尹殷", "Yu": "于余俞喻", "Yuan": "袁", "Zeng": "曾", "Zhang": "张張章",
    "Zhao": "赵趙", "Zheng": "郑鄭", "Zhong": "钟鐘鍾", "Zhou": "周", "Zhu": "朱祝",
    "Zou": "邹鄒",
}  # fmt: skip
OF_NAME = {sign: latin for latin, signs in SPELLED.items() for sign in signs}
# Words of other tongues, or units, that stand in many a text about cars.
MEANS_MORE = frozenset({"Du", "Fu", "Ma", "Mo", "Pan", "Ren", "Sun", "Tan", "Wan", "Ye", "Yi"})


def spelled(name: str) -> list[str]:
    """The family name in Latin letters where it is known and means nothing else."""
    latin = OF_NAME.get(name[:1], "")
    return [latin] if latin and latin not in MEANS_MORE else []
