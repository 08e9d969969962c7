// What the simulated models say: enhancement, summaries, broken JSON, continuation.
import { expect, test } from 'vitest'
import { KEY, useSimulator } from './start-simulator.ts'

const running = useSimulator()

type Message = { role: string; content: string }

const chat = async (model: string, messages: Message[], more: Record<string, unknown> = {}) => {
  const response = await fetch(`${running.urls.openai}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, ...more }),
  })
  const body = (await response.json()) as {
    choices?: {
      message: {
        content: string | null
        refusal?: string | null
        tool_calls?: { function: { name: string; arguments: string } }[]
      }
      finish_reason: string
    }[]
  }
  const choice = body.choices?.[0]
  return {
    status: response.status,
    text: choice?.message.content ?? '',
    message: choice?.message,
    finish: choice?.finish_reason,
  }
}

const user = (content: string) => [{ role: 'user', content }]
const TRANSCRIPT = 'um so the budget is 4200 euros. Anna said yes. we meet in Ankara on 12 May.'
const enhance = user(`Clean up this transcript.\n<transcript>\n${TRANSCRIPT}\n</transcript>`)
const format = {
  response_format: {
    type: 'json_schema',
    json_schema: {
      name: 'x',
      schema: {
        type: 'object',
        properties: { enhanced_text: { type: 'string' } },
        required: ['enhanced_text'],
        additionalProperties: false,
      },
    },
  },
}

test('echo returns the delimited text, word for word', async () => {
  expect((await chat('sim-echo', enhance)).text).toBe(TRANSCRIPT)
})

test('enhancement keeps every number and name', async () => {
  expect((await chat('gpt-4o', enhance)).text).toBe(
    'So the budget is 4200 euros. Anna said yes. We meet in Ankara on 12 May.',
  )
})

test('a summary keeps sentences with facts', async () => {
  const filler = 'We talked a lot about things. '.repeat(10)
  const { text } = await chat(
    'gpt-4o',
    user(`Summarize:\n"""${filler}The budget is 4200 euros. ${filler}Anna goes to Ankara on 12 May."""`),
  )
  expect(text).toContain('4200 euros')
  expect(text).toContain('Ankara on 12 May')
  expect(text.length).toBeLessThan(400)
})

test('a question is answered from what was said before', async () => {
  const { text } = await chat('gpt-4o', [
    { role: 'system', content: `Transcript: ${TRANSCRIPT}` },
    ...user('How much is the budget?'),
  ])
  expect(text).toContain('4200 euros')
})

test('the same prompt gets the same words, another prompt others', async () => {
  const ask = async (content: string) => (await chat('gpt-4o', user(content))).text
  expect(await ask('Tell me about rivers')).toBe(await ask('Tell me about rivers'))
  expect(await ask('Tell me about rivers')).not.toBe(await ask('Tell me about lakes'))
})

test.each([
  ['wrong-key', (text: string) => expect(Object.keys(JSON.parse(text) as object)).toEqual(['text'])],
  ['fenced-json', (text: string) => expect(text).toMatch(/^```json\n\{.*\}\n```$/s)],
  ['prose-around-json', (text: string) => expect(text).toMatch(/^Sure.*\{.*\}.*more\.$/s)],
  ['trailing-comma', (text: string) => expect(text.endsWith(',}')).toBe(true)],
  ['json-in-text', (text: string) => expect(typeof JSON.parse(text)).toBe('string')],
  ['not-json', (text: string) => expect(text).not.toContain('{')],
  ['json-cut', (text: string) => expect(() => JSON.parse(text) as unknown).toThrow()],
] as const)('%s spoils JSON in its way', async (fault, check) => {
  check((await chat(`gpt-4o+fault:${fault}`, enhance, format)).text)
})

test('refusal, length and emptiness show in the finish reason', async () => {
  expect(await chat('sim-refusal', enhance)).toMatchObject({
    finish: 'stop',
    message: { content: null, refusal: expect.any(String) as string },
  })
  expect(await chat('sim-length', enhance)).toMatchObject({ finish: 'length' })
  expect(await chat('sim-empty-content', enhance)).toMatchObject({ finish: 'stop', text: '' })
})

const tools = [
  {
    type: 'function',
    function: {
      name: 'find',
      parameters: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
    },
  },
]

test.each([
  [
    'tool-bad-arguments',
    (call: { arguments: string }) => expect(() => JSON.parse(call.arguments) as unknown).toThrow(),
  ],
  ['tool-wrong-arguments', (call: { arguments: string }) => expect(call.arguments).toBe('{"foo":"bar"}')],
  ['tool-no-arguments', (call: { arguments: string }) => expect(call.arguments).toBe('')],
  ['tool-unknown', (call: { name: string }) => expect(call.name).toBe('invented_tool')],
] as const)('%s spoils a tool call', async (fault, check) => {
  const { message } = await chat(`sim-${fault}`, user('look'), { tools, tool_choice: 'required' })
  const call = message?.tool_calls?.[0]?.function
  if (!call) throw new Error('no tool call')
  check(call)
})

const STORY = user('Write a long story about numbers')

test('a broken-off answer is continued at the very character, prefilled or asked', async () => {
  const whole = (await chat('gpt-4o', STORY)).text
  const partial = whole.slice(0, 101)
  const given = [...STORY, { role: 'assistant', content: partial }]
  expect(partial + (await chat('gpt-4o', given)).text).toBe(whole)
  const asked = [...given, { role: 'user', content: 'Continue exactly where you stopped, without repeating anything.' }]
  expect(partial + (await chat('gpt-4o', asked)).text).toBe(whole)
})

test('continuation can restart, overlap, go elsewhere or be refused', async () => {
  const whole = (await chat('gpt-4o', STORY)).text
  const given = [...STORY, { role: 'assistant', content: whole.slice(0, 101) }]
  expect((await chat('gpt-4o+sim-restart-on-continue', given)).text).toBe(whole)
  expect((await chat('gpt-4o+sim-overlap-on-continue', given)).text).toBe(whole.slice(61))
  expect(whole).not.toContain((await chat('gpt-4o+sim-other-on-continue', given)).text)
  expect((await chat('gpt-4o+sim-prefill-refused', given)).status).toBe(400)
  expect((await chat('gpt-4o+sim-prefill-refused', STORY)).status).toBe(200)
})

test('stop strings and limits cut the answer', async () => {
  expect((await chat('sim-say:one_two_three', STORY, { stop: [' two'] })).text).toBe('one')
  expect(await chat('sim-long:500', STORY, { max_tokens: 10 })).toMatchObject({
    finish: 'length',
    text: expect.stringMatching(/^.{40}$/) as string,
  })
})
