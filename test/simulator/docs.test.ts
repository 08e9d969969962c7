// The page about the simulator lists the faults that exist. To renew it: node test/simulator/write-docs.ts
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderFaultTable } from '../../simulator/fault-table.ts'

const squeeze = (text: string) =>
  text
    .replace(/ {2,}|-{2,}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

test('docs/simulator.md has the table of faults as it is', () => {
  const page = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8')
  const listed = /<!-- faults:begin[^>]*-->([\s\S]*)<!-- faults:end -->/.exec(page)?.[1] ?? ''
  expect(squeeze(listed)).toBe(squeeze(renderFaultTable()))
})
