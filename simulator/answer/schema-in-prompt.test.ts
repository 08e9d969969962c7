import { expect, test } from 'vitest'
import { schemaInstruction } from '../../src/gateway/dialects/apply-rules.ts'
import type { Turn } from '../types.ts'
import { schemaInPrompt } from './schema-in-prompt.ts'

const turn = (text: string): Turn =>
  ({ role: 'system', text, toolCalls: [], images: 0, audioSeconds: 0 }) as unknown as Turn

test('a schema as the gateway writes it into a prompt is found', () => {
  const schema = { type: 'object', properties: { title: { type: 'string' } } }
  expect(schemaInPrompt([turn(`Be short.\n\n${schemaInstruction(schema)}`), turn('Text')])).toEqual(schema)
})

test('words about schemas are none', () => {
  expect(schemaInPrompt([turn('It must be valid against this JSON Schema:\nnone at all')])).toBeUndefined()
})
