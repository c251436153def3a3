"""Sheets of bureaus as Excel workbooks: written pre-filled, read back cell by cell, compared with what is stored."""
