import { expect, test } from 'vitest'
import type { ParameterRuleView } from '../../../../src/http/contract/request-rules.ts'
import { joinRules } from './join-rules.ts'

const rule = (given: string, more: Partial<ParameterRuleView> = {}): ParameterRuleView => ({
  operation: 'chat',
  parameter: 'reasoning.effort',
  given,
  beside: null,
  fate: 'sent',
  sent: [{ name: 'reasoning_effort', value: given }],
  owner: 'format',
  notes: [],
  ...more,
})

test('values that are sent alike stand in one row, in the order in which they came', () => {
  const mapped = { fate: 'mapped', owner: 'model', sent: [{ name: 'reasoning_effort', value: 'high' }] } as const
  const joined = joinRules([
    rule('none', { ...mapped, sent: [{ name: 'reasoning_effort', value: 'minimal' }] }),
    rule('low'),
    rule('medium'),
    rule('xhigh', { ...mapped, sent: [...mapped.sent] }),
    rule('max', { ...mapped, sent: [...mapped.sent] }),
    rule('max', { parameter: 'stop' }),
    rule('max', { parameter: 'stop', beside: 'tools' }),
  ])
  expect(joined.map(({ parameter, given }) => [parameter, given])).toEqual([
    ['reasoning.effort', ['none']],
    ['reasoning.effort', ['low', 'medium']],
    ['reasoning.effort', ['xhigh', 'max']],
    ['stop', ['max']],
    ['stop', ['max']],
  ])
})
