"""What the explanation sheet of a workbook says."""

from departments.sheets import NOTE_LIMIT, Sheet
from targets.models import ReportingPeriod

_COMMON = (
    "填写的规则：",
    "1. 只填浅黄色的格，其余各格已锁定（没有密码，但请不要取消保护去改动）。",
    "2. 只填数字，不带单位；单位和口径写在旁边。数字可以带千位分隔符，全角数字也能识别。",
    "3. 0 是一个数：没有数时请留空，并写明原因（尚未公布、未统计、不适用），不要填 0。",
    "4. 比率以“%”为单位时，请填 95.8，不要填 0.958；百分比格式的格以显示的为准（显示 95.8% 即读作 95.8）。",
    "5. 可以用公式，上传时取其结果；公式出错（如 #REF!、#DIV/0!）的格不会读取。",
    "6. 留空的格按“不改动”处理：系统中已有的内容不会因为留空或删行而被删除；要删除某个数，请在网页上操作。",
    "7. 行、列可以移动或隐藏，工作表可以改名，系统按隐藏的标识认格；请不要复制整行，也不要只对部分列排序。",
    "上传以后：",
    "1. 系统先试读，逐格列出新旧内容和问题，您确认以后才存为草稿；存为草稿后仍须在网页上提交复核。",
    "2. 下载以后如有同事改过同一格，系统会把两边的内容并排列出，由您选择，不会直接覆盖。",
    "3. 请保存为“Excel 工作簿（.xlsx）”，不要加密码、宏和指向别的文件的链接；WPS 和 LibreOffice 也可以填。",
)


def entry_instructions(sheet: Sheet) -> list[str]:
    """The title, then line by line how an entry workbook is filled in."""
    lines = [
        "填写说明",
        f"填报单位：{sheet.department.name}　　填报期：{sheet.period.name}　　截止日：{sheet.due_on:%Y-%m-%d}",
        f"方案：{sheet.period.plan.title}",
        "各表的内容：",
    ]
    if sheet.rows:
        lines.append("“填报”：本单位本期须报的指标，一行一个数；由两个数算出的比率分两行填写，比值自动计算。")
    if sheet.area_rows:
        lines.append("“地区 ……”：分地区报送的指标，一行一个地区；合计自动计算，供与全市数核对。")
    if sheet.task_rows:
        lines.append("“任务进展”：重点任务的本期进展和节点完成日。")
    lines += [
        "口径：",
        "“本年累计”填年初至本期末的合计；“本期数”只填本期；“期末数”填本期末的存量。",
        "“规划期累计”填规划期开始至本期末的合计；“公布数”填公布的比率。",
        f"“快报数”选“是”表示先报的快报数，以后还要核定。“说明”最多 {NOTE_LIMIT} 字，与以往差距较大时请写明原因。",
    ]
    return [*lines, *_COMMON]


def history_instructions(department_name: str, periods: list[ReportingPeriod]) -> list[str]:
    """The title, then line by line how a history workbook is filled in."""
    return [
        "填写说明",
        f"填报单位：{department_name}　　填报期：{periods[0].name}至{periods[-1].name}，共 {len(periods)} 期",
        "各表的内容：",
        "“历史数据”：一行一个数，一列一期。灰色的格不须填（该期不报此指标，或已审核通过）。",
        "某期没有数时，可在该格直接写“尚未公布”“未统计”或“不适用”。",
        "“情况说明”：与“历史数据”同样的行和列，与前后期差距较大的数请在这里写明原因。",
        *_COMMON,
    ]
