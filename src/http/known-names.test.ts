import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { RouteDefinition } from './contract/route.ts'
import { refuseUnknownNames } from './known-names.ts'

const complaintsOf = (schema: z.ZodType, value: unknown): string[] =>
  (z.safeParse(refuseUnknownNames(schema), value).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  )

const inner = z.object({ limit: z.int().optional() })

test.each<[string, z.ZodType, unknown, string]>([
  ['an object', z.object({ plan: inner }), { plan: { lmit: 1 } }, 'plan.lmit'],
  ['one that may be left out', z.object({ plan: inner.optional() }), { plan: { lmit: 1 } }, 'plan.lmit'],
  ['one that may be null', z.object({ plan: inner.nullable() }), { plan: { lmit: 1 } }, 'plan.lmit'],
  ['one with a default', z.object({ plan: inner.default({}) }), { plan: { lmit: 1 } }, 'plan.lmit'],
  ['a list', z.object({ plans: z.array(inner) }), { plans: [{}, { lmit: 1 }] }, 'plans.1.lmit'],
  ['a record', z.object({ plans: z.record(z.string(), inner) }), { plans: { any: { lmit: 1 } } }, 'plans.any.lmit'],
  ['a choice', z.object({ plan: z.union([z.literal(false), inner]) }), { plan: { lmit: 1 } }, 'plan.lmit'],
  [
    'a choice by kind',
    z.discriminatedUnion('kind', [inner.extend({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]),
    { kind: 'a', lmit: 1 },
    'lmit',
  ],
])('an unknown name within %s is refused with the one that was meant', (_place, schema, value, path) => {
  expect(complaintsOf(schema, value)).toEqual([`${path} is not known here; did you mean “limit”?`])
})

test('rules of an object as a whole, defaults and open records stay as they are', () => {
  const whole = z.object({ plan: inner.refine(({ limit }) => limit !== 7, 'not 7').default({ limit: 3 }) })
  const schema = refuseUnknownNames(whole)
  expect(z.parse(schema, {})).toEqual({ plan: { limit: 3 } })
  expect(complaintsOf(whole, { plan: { limit: 7 } })).toEqual(['plan not 7'])
  expect(complaintsOf(z.object({ free: z.record(z.string(), z.unknown()) }), { free: { a: { b: 1 } } })).toEqual([])
  expect(complaintsOf(z.looseObject({ known: inner.optional() }), { other: 1 })).toEqual([])
})

/** Every object within a schema that takes names it does not know. */
const openObjects = (schema: z.core.$ZodType, at: string): string[] => {
  const def = schema._zod.def as unknown as Record<string, unknown>
  const below = (part: unknown, name: string): string[] =>
    part instanceof z.core.$ZodType ? openObjects(part, `${at}${name}`) : []
  if (def['type'] === 'object') {
    const parts = Object.entries(def['shape'] as object).flatMap(([name, part]) => below(part, `.${name}`))
    return def['catchall'] === undefined ? [at, ...parts] : parts
  }
  const options = (def['options'] ?? []) as unknown[]
  const single = ['innerType', 'element', 'valueType', 'in', 'left', 'right'].map((name) => def[name])
  return [...options, ...single].flatMap((part) => below(part, ''))
}

test('no body and no query of the contract has an object that lets unknown names pass', async () => {
  const folder = join(import.meta.dirname, 'contract')
  const open: string[] = []
  let seen = 0
  for (const file of readdirSync(folder)) {
    const parts = Object.values((await import(join(folder, file))) as object) as Partial<RouteDefinition>[]
    for (const { path, method, body, query } of parts.filter((part) => typeof part?.path === 'string')) {
      seen += 1
      for (const schema of [body, query])
        if (schema instanceof z.core.$ZodType)
          open.push(...openObjects(refuseUnknownNames(schema), `${method} ${path} `))
    }
  }
  expect(seen).toBeGreaterThan(100)
  expect(open).toEqual([])
})
