/** From the parts of one attempt to what the caller is told of them. */
import type { CallPart } from '../../call.ts'
import type { StreamPart } from '../../types/answers.ts'
import { checkNotEmpty, checkNotRefused } from './chat-answer.ts'
import type { Sending } from './chat-sending.ts'
import { tell, type Told } from './told.ts'

export interface Teller {
  /** Throws when the part shows that the attempt is no answer. */
  hear(part: CallPart): readonly StreamPart[]
}

const NOTHING: readonly StreamPart[] = []

export const createTeller = ({ turn: { row }, joiner }: Sending, told: Told): Teller => {
  let leadingBlanks = ''
  const tellText = (text: string): readonly StreamPart[] =>
    text === '' ? NOTHING : tell(told, row, { type: 'text-delta', text })
  const hearText = (piece: string): readonly StreamPart[] => {
    const text = leadingBlanks + joiner.push(piece)
    // Blanks alone are no content yet: whoever sends nothing else can still be replaced unseen.
    leadingBlanks = told.text === '' && text.trim() === '' ? text : ''
    return leadingBlanks === '' ? tellText(text) : NOTHING
  }
  return {
    hear(part) {
      if (part.type === 'text-delta') return hearText(part.text)
      if (part.type !== 'end') return tell(told, row, part)
      checkNotRefused(part.result, row)
      const rest = tellText(joiner.end())
      // After delivered text an empty rest is an answer: the text was whole but for its end signal.
      if (told.text === '') checkNotEmpty(part.result, row)
      return rest
    },
  }
}
