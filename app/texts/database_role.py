"""Sentences about the database role of the application."""

SENTENCES = {
    "database_role_absent": "数据库里没有用户 {role}。请先在数据库中建立它（CREATE ROLE … LOGIN），再授权。",
    "database_role_large": "系统使用的数据库用户 {role} {why}，可以绕过本系统改写记录，因此不予使用。"
    "请系统管理员另建一个数据库用户，由表的所有者运行 flask database grant 授权后，用它启动。",
}
