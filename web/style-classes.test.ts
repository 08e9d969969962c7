/** Every class of a style sheet is put on something, and no page asks for one that its style sheet has not. */
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const folder = import.meta.dirname
const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
const sources = globSync('**/*.{ts,tsx}', { cwd: folder }).map((path) => ({ path, text: read(path) }))

/** Sources that import the sheet, each with the name it gives it. */
const readersOf = (sheet: string) =>
  sources.flatMap(({ path, text }) =>
    [...text.matchAll(/import (\w+) from '([^']+\.module\.css)'/gu)]
      .filter(([, , from]) => join(dirname(path), from ?? '') === sheet)
      .map(([, name]) => ({ name: name ?? '', text })),
  )

const without = (css: string): string => css.replaceAll(/\/\*[\s\S]*?\*\/|url\([^)]*\)|'[^']*'|"[^"]*"/gu, '')
const classesOf = (sheet: string): Set<string> =>
  new Set([...without(read(sheet)).matchAll(/\.([a-z]\w*)/giu)].map((match) => match[1] ?? ''))

test.each(globSync('**/*.module.css', { cwd: folder }))('%s', (sheet) => {
  const readers = readersOf(sheet)
  expect(readers.length, `who imports ${basename(sheet)}`).toBeGreaterThan(0)
  const known = classesOf(sheet)
  const asked = new Set(
    readers.flatMap(({ name, text }) =>
      [...text.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, 'gu'))].map((match) => match[1] ?? ''),
    ),
  )
  // `classes[kind]` takes the name from data, so that what stands in quotes counts as asked for.
  const byName = readers.some(({ name, text }) => text.includes(`${name}[`))
  const isAsked = (one: string): boolean =>
    asked.has(one) || (byName && readers.some(({ text }) => new RegExp(`\\b${one}\\b`, 'u').test(text)))
  expect([...known].filter((one) => !isAsked(one))).toEqual([])
  expect([...asked].filter((one) => !known.has(one))).toEqual([])
})
