"""Reading a large sheet: OneLead with its child process and contracts, against pandas with openpyxl reading it bare."""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from benchmarks._harness import PYTHON, Record, ratio_record, run_process

ROWS, SEED, RUNS = 200_000, 7, 3
TARGET = "<= 0.125"
COMMAND = "python -m benchmarks.bench_read"
OURS = """
import sys
from pathlib import Path
from onelead.core.settings import LoadSettings
from onelead.sources import check_quality, read
settings = LoadSettings()
delivery = read(Path(sys.argv[1]), settings)
check_quality(delivery, settings)
assert delivery.tables["assets"].height == int(sys.argv[2])
"""
BASELINE = """
import sys
import pandas as pd
assert len(pd.read_excel(sys.argv[1], engine="openpyxl")) == int(sys.argv[2])
"""
HEADERS = (
    "Serial_Number_Id", "Product_Id", "Line_Description_Name", "Product_Platform_Description_Name", "Business_Area_Description_Name",
    "Product_Name", "Account_Sales_Territory_Id", "Legacy_Global_Business_Unit", "Product_End_of_Life_Date",
    "Product_End_of_Service_Life_Date", "Final_Service_Start_Date", "Final_Service_End_Date", "Final_Service_Source", "Support_Status",
    "Service_Agreement_Id", "Contract Value", "Site", "Rack", "Units", "Weight",
)  # fmt: skip


def write_sheet(file: Path, rows: int = ROWS) -> None:
    """An installed base of 20 columns: text, whole numbers, fractions and real dates, four columns that OneLead has no name for."""
    draw = random.Random(SEED)  # noqa: S311 - invented rows
    book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = book.add_worksheet("Install Base")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADERS)
    start = datetime(2015, 1, 1)  # noqa: DTZ001 - a spreadsheet's day
    for row in range(1, rows + 1):
        kind = draw.randrange(400)
        texts = (f"SN{row:08d}", f"{kind:06d}-B21", f"Line {kind}", f"Platform {kind % 12}", f"Area {kind % 5}", f"Product {kind}")
        sheet.write_row(row, 0, texts)
        sheet.write_number(row, 6, 50_000 + draw.randrange(9_000))
        sheet.write_string(row, 7, f"Unit {kind % 3}")
        for column in range(8, 12):
            sheet.write_datetime(row, column, start + timedelta(days=draw.randrange(5_000)), day)
        sheet.write_row(
            row, 12, (f"Source {kind % 4}", ("Active", "Uncovered", "Expired Flex Support")[kind % 3], 10**9 + draw.randrange(10**8))
        )
        sheet.write_row(
            row, 15, (round(draw.random() * 10_000, 2), f"Site {kind % 90}", draw.randrange(40), draw.randrange(1, 9), draw.random() * 30)
        )
    book.close()


def records() -> list[Record]:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "installed.xlsx"
        write_sheet(file)
        ours = [PYTHON, "-c", OURS, str(file), str(ROWS)]
        baseline = [PYTHON, "-c", BASELINE, str(file), str(ROWS)]
        run_process(ours, memory=False)
        mine, theirs = [], []
        for _ in range(RUNS):
            mine.append(run_process(ours, memory=False).seconds)
            theirs.append(run_process(baseline, memory=False).seconds)
        peaks = [run_process(ours).peak_mb for _ in range(RUNS)]
        their_peak = run_process(baseline).peak_mb
    wall = ratio_record(
        "read.xlsx.wall_ratio", mine, theirs, baseline="pandas with openpyxl, bare, whole process", target=TARGET, command=COMMAND
    )
    peak = statistics.median(peaks)
    memory = Record(
        id="read.xlsx.peak_mb",
        value=round(peak, 1),
        unit="MB",
        baseline="pandas with openpyxl, bare, whole process",
        baseline_value=round(their_peak, 1),
        ratio=round(peak / their_peak, 4),
        target=None,
        spread=(round(min(peaks), 1), round(max(peaks), 1)),
        command=COMMAND,
    )
    return [wall, memory]


def main() -> None:
    for record in records():
        sys.stdout.write(f"{record.as_dict()}\n")


if __name__ == "__main__":
    main()
