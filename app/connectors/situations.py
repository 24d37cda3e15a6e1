"""Codes of the situations that articles distinguish, as the facts of the cases hold them."""

SOURCES = {
    "institution_unknown": "福利机构抚养、查找不到生父母",
    "institution_orphan": "福利机构抚养的孤儿",
    "found_unknown": "非机构抚养、查找不到生父母",
    "hardship": "生父母有特殊困难",
    "guardian_orphan": "监护人送养的孤儿",
    "kin": "三代以内旁系血亲的子女",
    "step": "继子女",
}
ORPHANS = {"scattered": "散居孤儿", "infected": "感染儿童"}
PARENTS = {
    "dead": "死亡",
    "declared_dead": "宣告死亡",
    "declared_missing": "宣告失踪",
    "unknown": "查找不到",
    "other": "其他",
}
RELATIONS = {"general": "一般收养", "kin": "三代以内旁系血亲", "step": "继子女"}
UNKNOWN_PARENTS = ("institution_unknown", "found_unknown")
"""登记办法 6: 收养查找不到生父母的未成年人."""
