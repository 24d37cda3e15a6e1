"""Names for the people of copied cases: surnames as common in Guangxi, given names of one or two characters."""

SURNAMES = "黄韦李陈梁覃农莫陆罗蓝蒙卢潘苏谭甘廖刘王张唐何周林吴杨邓曾石"
GIVEN = "小明秀英志强丽华建国春花文杰玉兰德福海燕永红家宝金凤光荣雪梅冬生桂芳安平长青思远"


def name_of(number: int) -> str:
    """The name that belongs to a number; thirty thousand before one comes again."""
    number, surname = divmod(number, len(SURNAMES))
    first, second = number % len(GIVEN), number // len(GIVEN) % len(GIVEN)
    return SURNAMES[surname] + GIVEN[first] + GIVEN[second]
