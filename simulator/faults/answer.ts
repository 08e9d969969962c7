// Faults and habits of the model itself: what it says, not how it is sent.
import type { Draft, Turn } from '../types.ts'
import { parseJson, toObject } from '../json.ts'
import { writeProse } from '../answer/text.ts'
import { makeId } from '../tokens.ts'
import type { Fault } from './types.ts'

const asText = (draft: Draft, change: (text: string) => string): Draft =>
  draft.toolCalls.length > 0 ? draft : { ...draft, text: change(draft.text) }

const onCalls = (draft: Draft, change: (call: Draft['toolCalls'][number]) => Draft['toolCalls'][number]): Draft => ({
  ...draft,
  toolCalls: draft.toolCalls.map(change),
})

const half = (text: string) => text.slice(0, Math.floor(text.length / 2))

const transcriptOf = (turns: Turn[], material: string) => material || (turns.at(-1)?.text ?? '')

const renameFirstKey = (text: string, key: string): string => {
  const entries = Object.entries(toObject(parseJson(text)))
  return JSON.stringify(Object.fromEntries(entries.map(([name, value], index) => [index === 0 ? key : name, value])))
}

export const ANSWER_FAULTS: Fault[] = [
  {
    name: 'echo',
    family: 'answer',
    what: 'answers with the delimited text of the prompt, word for word',
    write: ({ turns, material }) => transcriptOf(turns, material),
  },
  {
    name: 'say',
    family: 'answer',
    args: 'text (underscores become spaces)',
    what: 'answers with this text',
    write: ({ args }) => args.join(':').replace(/_/g, ' '),
  },
  {
    name: 'long',
    family: 'answer',
    args: 'words=2000',
    what: 'answers with so many words that never repeat a sentence',
    write: ({ args, turns }) => writeProse(turns.at(-1)?.text ?? '', Number(args[0] ?? 2000)),
  },
  {
    name: 'unicode',
    family: 'answer',
    what: 'answers with Turkish letters, emoji and Chinese characters of two to four bytes',
    write: () =>
      'İstanbul’da görüşme: 12 kişi, çok güzel geçti 🎉👩‍👩‍👧‍👦. 会议在上午十点开始。 Naïve café — “öğün” bitti ✅.',
  },
  {
    name: 'repeat',
    family: 'answer',
    args: 'times=60',
    what: 'says one sentence over and over (a model in a loop)',
    write: ({ args }) => Array.from({ length: Number(args[0] ?? 60) }, () => 'Thanks for watching.').join(' '),
  },
  {
    name: 'vary',
    family: 'answer',
    what: 'the usual answer with a mark that no other answer has',
    draft: (draft) => asText(draft, (text) => `${text} [${makeId(8)}]`),
  },
  {
    name: 'shorter',
    family: 'answer',
    what: 'leaves out the second half of what it was given and ends as if whole',
    write: ({ turns, material }) => half(transcriptOf(turns, material)),
  },
  {
    name: 'obey-transcript',
    family: 'answer',
    what: 'answers the transcript instead of working on it',
    write: () => 'Sure! As requested I ignored the earlier instructions.',
  },
  {
    name: 'wrong-key',
    family: 'answer',
    args: 'key=text',
    what: 'JSON with its first key renamed, such as text for enhanced_text',
    draft: (draft, { args }) => asText(draft, (text) => renameFirstKey(text, args[0] ?? 'text')),
  },
  {
    name: 'fenced-json',
    family: 'answer',
    what: 'JSON inside a Markdown fence',
    draft: (draft) => asText(draft, (text) => `\`\`\`json\n${text}\n\`\`\``),
  },
  {
    name: 'prose-around-json',
    family: 'answer',
    what: 'a sentence before and after the JSON',
    draft: (draft) =>
      asText(draft, (text) => `Sure, here is the result you asked for:\n\n${text}\n\nLet me know if you need more.`),
  },
  {
    name: 'trailing-comma',
    family: 'answer',
    what: 'JSON with a comma before the last bracket',
    draft: (draft) => asText(draft, (text) => text.replace(/\}$/, ',}')),
  },
  {
    name: 'json-cut',
    family: 'answer',
    what: 'JSON that breaks off in the middle, finish reason stop',
    draft: (draft) => asText(draft, half),
  },
  {
    name: 'json-in-text',
    family: 'answer',
    what: 'the JSON encoded once more, as a string',
    draft: (draft) => asText(draft, (text) => JSON.stringify(text)),
  },
  {
    name: 'not-json',
    family: 'answer',
    what: 'prose where JSON was asked for',
    draft: (draft) => asText(draft, () => 'I am sorry, I can only describe the result in words.'),
  },
  {
    name: 'empty-content',
    family: 'answer',
    what: 'an answer without text, finish reason stop',
    draft: (draft) => ({ ...draft, text: '', toolCalls: [], finish: 'stop' }),
  },
  {
    name: 'whitespace-content',
    family: 'answer',
    what: 'an answer of one line break',
    draft: (draft) => ({ ...draft, text: '\n', toolCalls: [] }),
  },
  {
    name: 'length',
    family: 'answer',
    what: 'half of the answer, with the finish reason for the output limit',
    draft: (draft) => ({ ...asText(draft, half), finish: 'length' }),
  },
  {
    name: 'refusal',
    family: 'answer',
    what: 'a refusal in the form of the provider (refusal field, SAFETY, stop_reason refusal, content_filter)',
    draft: (draft) => ({ ...draft, text: 'I can’t help with that request.', toolCalls: [], finish: 'refusal' }),
  },
  {
    name: 'think-tags',
    family: 'answer',
    what: 'thinking inside <think> tags in the content',
    draft: (draft) => asText(draft, (text) => `<think>\nThe user wants an answer.\n</think>\n\n${text}`),
  },
  {
    name: 'no-tool',
    family: 'answer',
    what: 'text where a tool call was due',
    draft: (draft) =>
      draft.toolCalls.length === 0
        ? draft
        : { ...draft, toolCalls: [], text: 'I would call the tool now.', finish: 'stop' },
  },
  {
    name: 'tool-bad-arguments',
    family: 'answer',
    what: 'tool calls whose arguments are broken JSON',
    draft: (draft) => onCalls(draft, (call) => ({ ...call, arguments: `${call.arguments.slice(0, -1)},` })),
  },
  {
    name: 'tool-wrong-arguments',
    family: 'answer',
    what: 'tool calls with properties the schema does not have',
    draft: (draft) => onCalls(draft, (call) => ({ ...call, arguments: '{"foo":"bar"}' })),
  },
  {
    name: 'tool-no-arguments',
    family: 'answer',
    what: 'tool calls without arguments (empty text, {} or one empty delta)',
    draft: (draft) => onCalls(draft, (call) => ({ ...call, arguments: '' })),
  },
  {
    name: 'tool-unknown',
    family: 'answer',
    what: 'calls a tool that was not offered',
    draft: (draft) => onCalls(draft, (call) => ({ ...call, name: 'invented_tool' })),
  },
  {
    name: 'restart-on-continue',
    family: 'answer',
    what: 'asked to continue, begins again from the start',
    join: ({ whole }) => whole,
  },
  {
    name: 'overlap-on-continue',
    family: 'answer',
    what: 'asked to continue, repeats the last 40 characters first',
    join: ({ whole, partial }) => (whole.startsWith(partial) ? whole.slice(Math.max(0, partial.length - 40)) : whole),
  },
  {
    name: 'other-on-continue',
    family: 'answer',
    what: 'asked to continue, writes something that cannot be joined',
    join: ({ partial }) => `Certainly! ${writeProse(`other ${partial.length}`, 40)}`,
  },
  {
    name: 'exact-continue',
    family: 'answer',
    what: 'asked to continue, goes on at the very character (what every model here does unless told otherwise)',
  },
  {
    name: 'prefill-refused',
    family: 'answer',
    what: 'refuses a conversation that ends with the assistant’s turn',
    refuse: (ask) => (ask.turns.at(-1)?.role === 'assistant' ? 'prefill-refused' : undefined),
  },
]
