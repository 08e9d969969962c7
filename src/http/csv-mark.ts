/** Begins every CSV file: without it spreadsheets read `ş` and `ğ` in the letters of another table. */
export const CSV_MARK = '\uFEFF'
