/** Both languages are whole: same keys and placeholders, nothing used that is missing, nothing kept that is unused. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ERRORS } from '../../src/errors.ts'
import { chargedOperations } from '../../src/http/contract/credits.ts'
import { templateKinds, templateVariables } from '../../src/http/contract/templates.ts'
import { REASONS } from '../../src/reasons.ts'
import { modelValidationSchema } from '../../src/http/contract/validate-model.ts'
import {
  decisionSchema,
  enhancementModes,
  exportFormats,
  stepNames,
  stepStatuses,
  summaryVariants,
  textKinds,
  transcriptionStatuses,
} from '../../src/http/contract/transcriptions.ts'

type Tree = { [key: string]: string | Tree }

const webFolder = join(import.meta.dirname, '..')
const read = (name: string): Tree => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Tree
const flatten = (tree: Tree, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flatten(value, `${prefix}${key}.`),
  )
const en = new Map(flatten(read('en.json')))
const tr = new Map(flatten(read('tr.json')))
const baseOf = (key: string): string => key.replace(/_(one|other)$/u, '')
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/gu)].map((match) => match[1] ?? '').sort()

const sources = globSync('**/*.{ts,tsx}', { cwd: webFolder })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(webFolder, path), 'utf8'))
const called = (pattern: RegExp): Set<string> =>
  new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map((match) => match[1] ?? '')))
const wholeKeys = called(/\bt\(\s*'([^']+)'/gu)
/** `t(`status.${status}`)`: the part before the first value. */
const prefixes = [...called(/\bt\(\s*`([^`$]+)\$\{/gu)]

describe('both languages', () => {
  test('have the same keys', () => {
    expect([...tr.keys()].sort()).toEqual([...en.keys()].sort())
  })
  test.each([...en.keys()])('%s has the same placeholders and is not empty', (key) => {
    const [english, turkish] = [en.get(key) ?? '', tr.get(key) ?? '']
    expect(placeholders(turkish)).toEqual(placeholders(english))
    expect(english.trim()).not.toBe('')
    expect(turkish.trim()).not.toBe('')
  })
  test('have both plural forms where they have one', () => {
    const plurals = [...en.keys()].filter((key) => baseOf(key) !== key).map(baseOf)
    for (const base of plurals) expect([en.has(`${base}_one`), en.has(`${base}_other`)], base).toEqual([true, true])
  })
})

describe('keys and code', () => {
  const bases = new Set([...en.keys()].map(baseOf))
  test('no used key is missing', () => {
    expect([...wholeKeys].filter((key) => !bases.has(key))).toEqual([])
    expect(prefixes.filter((prefix) => ![...bases].some((key) => key.startsWith(prefix)))).toEqual([])
  })
  test('no key is unused', () => {
    const used = (key: string): boolean => wholeKeys.has(key) || prefixes.some((prefix) => key.startsWith(prefix))
    expect([...bases].filter((key) => !used(key))).toEqual([])
  })
  test.each([
    ['status.', transcriptionStatuses],
    ['step.', stepNames],
    ['stepName.', stepNames],
    ['stepFailed.', stepNames],
    ['run.', stepNames],
    ['stepStatus.', stepStatuses],
    ['text.', textKinds],
    ['text.absent.', textKinds.filter((kind) => kind !== 'raw')],
    ['text.writing.', textKinds.filter((kind) => kind !== 'raw')],
    ['export.formats.', exportFormats],
    ['variant.', summaryVariants.flatMap((variant) => [`${variant}.label`, `${variant}.hint`])],
    ['templates.variable.', templateVariables],
    ['chains.operation.', ['default', 'enhancement', 'summary', 'lecture_notes', 'translation']],
    ['operation.', chargedOperations],
    ['model.status.', modelValidationSchema.shape.status.options],
    ['why.chain.', decisionSchema.shape.chain.options],
    ['why.outcome.', ['answered', 'failed', 'cancelled', 'skipped']],
    ['estimate.refusal.', ['insufficient-credits', 'budget-exceeded']],
    ['estimate.budget.', ['warning', 'reached']],
    ['make.hint.', templateKinds],
    ['make.title.', templateKinds],
    ['mode.', enhancementModes.flatMap((mode) => [`${mode}.label`, `${mode}.hint`])],
  ])('%s has every value of the contract', (prefix, values) => {
    expect(values.filter((value) => !en.has(prefix + value))).toEqual([])
  })
})

describe('reasons', () => {
  test.each(Object.entries(REASONS))('%s is said in both languages, in English as the server says it', (code, said) => {
    // The page writes a length of time with its unit, as everywhere.
    const withoutUnits = said.replace('{{seconds}} s', '{{seconds}}').replace('{{milliseconds}} ms', '{{milliseconds}}')
    expect(en.get(`because.${code}`)).toBe(withoutUnits)
    expect(tr.get(`because.${code}`)).toBeTruthy()
  })
})

describe('errors', () => {
  test.each(Object.entries(ERRORS))('%s is said in both languages, in English as the server says it', (code, entry) => {
    expect(en.get(`errors.${code}.title`)).toBe(entry.title)
    expect(en.get(`errors.${code}.advice`)).toBe(entry.advice)
    expect(tr.get(`errors.${code}.title`)).toBeTruthy()
    expect(tr.get(`errors.${code}.advice`)).toBeTruthy()
  })
})
