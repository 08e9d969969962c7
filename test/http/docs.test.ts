/** The page about the API names every route of the contract, and no other. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contractRoutes } from '../../src/http/operation-ids.ts'

test('docs/api.md lists every route with who may call it and what it does', async () => {
  const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'api.md'), 'utf8')
  const listed = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
        .join(' | '),
    )
  const rows = [...contractRoutes.values()].map(
    ({ method, path, access, summary }) => `\`${method} ${path}\` | ${access} | ${summary}`,
  )
  expect(rows.filter((row) => !listed.includes(row))).toEqual([])
  const known = new Set([...contractRoutes.values()].map(({ method, path }) => `\`${method} ${path}\``))
  const byHand = listed.filter((row) => !known.has(row.split(' | ')[0] ?? ''))
  expect(byHand).toHaveLength(6)
})
