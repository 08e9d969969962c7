import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReasoningSplitter, splitReasoning } from './reasoning-tags.ts'

test.each([
  ['<think>why</think>\n\nAnswer', 'why', 'Answer'],
  ['\n<thought>why</thought>Answer', 'why', 'Answer'],
  ['Answer with <think> in it', '', 'Answer with <think> in it'],
  ['<thin ice', '', '<thin ice'],
  ['<think>never closed', 'never closed', ''],
  ['<think></think>Answer', '', 'Answer'],
  ['  spaces first', '', '  spaces first'],
  ['', '', ''],
])('%j', (whole, reasoning, text) => expect(splitReasoning(whole)).toEqual({ reasoning, text }))

test('however it is cut, the pieces add up to the same', () => {
  const whole = '<think>a < b, </thin and so on</think>\nAnswer <b>'
  fc.assert(
    fc.property(fc.array(fc.nat({ max: whole.length })), (cuts) => {
      const splitter = createReasoningSplitter()
      const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
      const pieces = edges.slice(1).flatMap((edge, index) => splitter.push(whole.slice(edges[index], edge)))
      pieces.push(...splitter.flush())
      const join = (kind: string) => pieces.flatMap((piece) => (piece.kind === kind ? piece.text : [])).join('')
      expect([join('reasoning'), join('text')]).toEqual(['a < b, </thin and so on', 'Answer <b>'])
    }),
  )
})
