/** Messages of an OpenAI-shaped client: all roles and parts, and what is wrong with them by its place. */
import { expect, test } from 'vitest'
import { AppError } from '../../errors.ts'
import { fromOpenAiMessages } from './openai-messages.ts'

test('all roles and parts', () => {
  const messages = fromOpenAiMessages([
    {
      role: 'developer',
      content: [
        { type: 'text', text: 'Be ' },
        { type: 'text', text: 'brief.' },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
        { type: 'input_audio', input_audio: { data: 'BBBB', format: 'wav' } },
        { type: 'file', file: { file_data: 'data:application/pdf;base64,CCCC', filename: 'a.pdf' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning_content: 'I look.',
      tool_calls: [
        {
          id: 'c1',
          type: 'function',
          function: { name: 'look', arguments: '' },
          provider_state: { provider: 'gemini', data: { signature: 's' } },
        },
      ],
      provider_state: { provider: 'anthropic', data: [1] },
    },
    { role: 'tool', tool_call_id: 'c1', content: 'a tower' },
  ])
  expect(messages).toEqual([
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { base64: 'AAAA', mediaType: 'image/png' }, detail: 'low' },
        { type: 'image', source: { url: 'https://example.org/a.png' } },
        { type: 'audio', base64: 'BBBB', mediaType: 'audio/wav' },
        { type: 'file', base64: 'CCCC', mediaType: 'application/pdf', name: 'a.pdf' },
      ],
    },
    {
      role: 'assistant',
      content: '',
      reasoning: 'I look.',
      toolCalls: [
        { id: 'c1', name: 'look', arguments: '{}', opaque: { provider: 'gemini', data: { signature: 's' } } },
      ],
      opaque: { provider: 'anthropic', data: [1] },
    },
    { role: 'tool', toolCallId: 'c1', content: 'a tower' },
  ])
})

test.each([
  [undefined, 'messages'],
  [[], 'messages'],
  [[null], 'messages[0].role'],
  [[{ role: 'function', content: '' }], 'messages[0].role'],
  [[{ role: 'user' }], 'messages[0].content'],
  [[{ role: 'user', content: 5 }], 'messages[0].content'],
  [[{ role: 'user', content: [{ type: 'video_url' }] }], 'messages[0].content[0].type'],
  [[{ role: 'user', content: [{ type: 'text' }] }], 'messages[0].content[0].text'],
  [
    [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///a' } }] }],
    'messages[0].content[0].image_url.url',
  ],
  [
    [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'a', format: 'ogg' } }] }],
    'messages[0].content[0].input_audio.format',
  ],
  [[{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }], 'messages[0].content[0].file.file_data'],
  [[{ role: 'system', content: [{ type: 'image_url' }] }], 'messages[0].content[0]'],
  [[{ role: 'assistant', tool_calls: [{ function: { name: 'a' } }] }], 'messages[0].tool_calls[0].id'],
  [[{ role: 'assistant', tool_calls: [{ id: 'a' }] }], 'messages[0].tool_calls[0].function.name'],
  [[{ role: 'tool', content: 'a' }], 'messages[0].tool_call_id'],
])('%j is wrong at %s', (messages, field) => {
  const read = (): unknown => fromOpenAiMessages(messages)
  expect(read).toThrow(AppError)
  expect(read).toThrow(expect.objectContaining({ code: 'invalid-request', details: { field } }) as Error)
})

test('state in another form than ours is left out, not believed', () => {
  const message = { role: 'assistant', content: 'a', provider_state: 'signature' }
  expect(fromOpenAiMessages([message])).toEqual([{ role: 'assistant', content: 'a' }])
})
