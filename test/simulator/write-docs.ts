// Writes the table of faults into docs/simulator.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { renderFaultTable } from '../../simulator/fault-table.ts'

const file = new URL('../../docs/simulator.md', import.meta.url)
const page = readFileSync(file, 'utf8')
writeFileSync(
  file,
  page.replace(
    /(<!-- faults:begin[^>]*-->)[\s\S]*(<!-- faults:end -->)/,
    (_, begin: string, end: string) => `${begin}\n\n${renderFaultTable()}\n${end}`,
  ),
)
