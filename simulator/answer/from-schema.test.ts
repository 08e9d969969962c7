import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '../types.ts'
import { fromSchema } from './from-schema.ts'

const ajv = new Ajv2020({ strict: false })
const MATERIAL = 'The budget is 4200 euros. Anna goes to Ankara on 12 May. Nobody knows why.'

const leaf = fc.oneof(
  fc.record({
    type: fc.constant('string'),
    minLength: fc.integer({ min: 0, max: 20 }),
    maxLength: fc.integer({ min: 20, max: 60 }),
  }),
  fc.record({
    type: fc.constant('integer'),
    minimum: fc.integer({ min: -9, max: 0 }),
    maximum: fc.integer({ min: 1, max: 9 }),
  }),
  fc.constant({ type: 'boolean' }),
  fc.constant({ type: ['string', 'null'] }),
  fc.constant({ const: 'fixed' }),
  fc.record({ enum: fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }) }),
)

const { schema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({
      type: fc.constant('array'),
      items: tie('schema'),
      minItems: fc.integer({ min: 0, max: 3 }),
      maxItems: fc.integer({ min: 3, max: 5 }),
    }),
    fc.record({ anyOf: fc.tuple(fc.constant({ type: 'null' }), tie('schema')) }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('schema'), { maxKeys: 4 }).map((properties) => ({
      type: 'object',
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
    })),
  ),
}))

test('every value obeys its schema', () => {
  fc.assert(
    fc.property(schema, (given) => {
      const value = fromSchema(given, MATERIAL)
      expect(ajv.validate(given, value), `${JSON.stringify(given)} → ${JSON.stringify(value)}`).toBe(true)
    }),
    { numRuns: 150 },
  )
})

test('references are followed', () => {
  const given = {
    type: 'object',
    properties: { people: { type: 'array', items: { $ref: '#/$defs/person' }, minItems: 2 } },
    required: ['people'],
    $defs: { person: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
  }
  expect(ajv.validate(given, fromSchema(given, MATERIAL))).toBe(true)
})

test('fields get what their names ask for', () => {
  const value = fromSchema(
    {
      type: 'object',
      properties: { title: { type: 'string' }, summary: { type: 'string' }, amount: { type: 'number' } },
    },
    MATERIAL,
  ) as { title: string; summary: string; amount: number }
  expect(value.title).toBe('The budget is 4200 euros')
  expect(value.summary).toContain('Anna goes to Ankara')
  expect(value.amount).toBe(4200)
})
