import { expect, test } from 'vitest'
import { fitChat } from '../fit-chat.ts'
import type { EncodeContext, Provider } from '../provider.ts'
import { anthropic } from '../providers/anthropic.ts'
import { gemini } from '../providers/gemini.ts'
import { groq } from '../providers/groq.ts'
import { ollama } from '../providers/ollama.ts'
import { createOpenAiCompatible } from '../providers/openai-compatible.ts'
import { openai } from '../providers/openai.ts'
import { together } from '../providers/together.ts'
import { row } from '../testing/row.ts'
import type { ChatRequest } from '../types/requests.ts'

const ask = (stop: readonly string[]): ChatRequest => ({
  model: 'any',
  messages: [{ role: 'user', content: 'Hello' }],
  stop,
})
const at = (provider: Provider, policy: EncodeContext['policy'] = 'adapt'): EncodeContext => ({
  provider,
  model: row(`${provider.id}/a-model`),
  rules: {},
  policy,
  stream: false,
})
const SEVEN = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

test.each([
  [openai, 4],
  [groq, 4],
  [together, 4],
  [createOpenAiCompatible({ id: 'my-server', baseUrl: 'http://localhost' }), 4],
  [gemini, 5],
])('stop sequences over what $id takes are left out, and told', (provider, most) => {
  const { request, notes } = fitChat(ask(SEVEN), at(provider))
  expect(request.stop).toEqual(SEVEN.slice(0, most))
  expect(notes).toEqual([
    {
      kind: 'parameter-mapped',
      field: 'stop',
      message: `${provider.id}/a-model takes at most ${most} stop sequences; ${7 - most} were left out.`,
    },
  ])
  expect(() => fitChat(ask(SEVEN), at(provider, 'refuse'))).toThrow(`takes at most ${most} stop sequences`)
  expect(fitChat(ask(SEVEN.slice(0, most)), at(provider, 'refuse')).notes).toEqual([])
})

test('where no limit is known, all are sent', () => {
  for (const provider of [anthropic, ollama]) {
    const { request, notes } = fitChat(ask(SEVEN), at(provider))
    expect(request.stop).toEqual(SEVEN)
    expect(notes).toEqual([])
  }
})

test('Anthropic takes none of blanks alone: they are left out, and told', () => {
  const { request, notes } = fitChat(ask(['END', '\n\n', ' ']), at(anthropic))
  expect(request.stop).toEqual(['END'])
  expect(notes).toMatchObject([{ field: 'stop', message: expect.stringContaining('2 were left out') as string }])
  expect(fitChat(ask(['\n']), at(anthropic)).request).not.toHaveProperty('stop')
  expect(() => fitChat(ask(['\n']), at(anthropic, 'refuse'))).toThrow('blanks')
})
