"""Who works at the server's command line: the event log names the account of the machine, there is none of the site."""

import os
import pwd


def reason_from_command_line() -> str:
    """What the event log keeps as the reason of an act done with manage.py."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # a container's user need not be listed
        name = str(number)
    return f"在服务器命令行执行（操作系统用户 {name}）"
