// The plain answer to a conversation without a schema: summary, cleaned text, title, code or a reply, as the prompt asks.
import type { Turn } from '../types.ts'
import { hashNumber } from '../tokens.ts'
import { findMaterial, findRelevant, polish, pseudoTranslate, summarize, toTitle, writeProse } from './text.ts'

const last = (turns: Turn[], role: Turn['role']): Turn | undefined => turns.findLast((turn) => turn.role === role)

const systemText = (turns: Turn[]): string =>
  turns
    .filter((turn) => turn.role === 'system')
    .map((turn) => turn.text)
    .join('\n')

const userText = (turns: Turn[]): string => last(turns, 'user')?.text ?? ''

/** The transcript, document or question the answer is about. */
export const materialOf = (turns: Turn[]): string => findMaterial(userText(turns))

type Skill = { asked: RegExp; write: (turns: Turn[]) => string }

const NUMBERED = /^\[\d+\] /mu

const SKILLS: Skill[] = [
  {
    asked: /\btranslate into\b/iu,
    write: (turns) => {
      const lines = materialOf(turns).split('\n')
      return lines.some((line) => NUMBERED.test(line))
        ? lines
            .filter((line) => NUMBERED.test(line))
            .map(pseudoTranslate)
            .join('\n')
        : polish(materialOf(turns))
    },
  },
  { asked: /one[- ]word greeting|say hello/iu, write: () => 'Hello' },
  {
    asked: /write (?:me |an? )*(?:[\w-]+ ){0,3}(?:essay|story|long|report|article)|in great detail|count from/iu,
    write: (turns) => writeProse(userText(turns), 220),
  },
  { asked: /\btitle\b|\bheading\b|başlık/iu, write: (turns) => toTitle(materialOf(turns)) },
  {
    asked: /(?<!\bnot )summar|key points|action items|minutes of|özet/iu,
    write: (turns) => summarize(materialOf(turns)),
  },
  {
    asked: /enhanc|clean|correct|polish|punctuat|rewrite|improve|format|translat|düzelt|iyileştir|çevir/iu,
    write: (turns) => polish(materialOf(turns)),
  },
  {
    asked: /\b(?:write|show|fix|generate)\b.*\b(?:code|function|script|snippet|class)\b/isu,
    write: (turns) =>
      `Here is a start:\n\n\`\`\`ts\n// ${toTitle(userText(turns))}\nexport const answer = (): number => ${hashNumber(userText(turns)) % 1000}\n\`\`\``,
  },
]

const OPENINGS = [
  'In short:',
  'As far as the text says:',
  'Here is what I can say:',
  'This is what I found:',
  'Briefly:',
]

const reply = (turns: Turn[]): string => {
  const question = userText(turns)
  const earlier = turns.filter((turn) => turn.text !== question).map((turn) => turn.text)
  const facts = findRelevant(question, earlier.join('\n'))
  const opening = OPENINGS[hashNumber(question) % OPENINGS.length] ?? ''
  if (facts.length > 0) return `${opening} ${facts.join(' ')}`
  return `${opening} you asked "${question.slice(0, 160).trim()}". ${writeProse(question, 24)}`
}

/** The text a model would write; depends on the conversation alone. */
export const writeAnswer = (turns: Turn[]): string => {
  const final = turns.at(-1)
  if (final?.role === 'tool') {
    const results = turns
      .slice(turns.findLastIndex((turn) => turn.role === 'user'))
      .filter((turn) => turn.role === 'tool')
    return `The result is ${results.map((turn) => turn.text).join(' and ')}.`
  }
  if (turns.at(-1)?.audioSeconds) return ''
  const user = userText(turns)
  const material = materialOf(turns)
  // The material is data: only what stands around it, and the system text, tells what to do.
  const around = material === user ? user.slice(0, 400) : user.replace(material, ' ')
  const instruction = around.replace(/<before>[\s\S]*?<\/before>/gu, ' ')
  const whole = `${systemText(turns)}\n${instruction}`
  const skill =
    SKILLS.find(({ asked }) => material !== user && asked.test(instruction)) ??
    SKILLS.find(({ asked }) => asked.test(whole))
  return skill ? skill.write(turns) : reply(turns)
}
