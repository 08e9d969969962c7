import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineTooLongError, readJsonLines, readLines, readServerEvents } from './sse.ts'

const encoder = new TextEncoder()

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0
  for (const cut of [...cuts.map((one) => one % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)) {
    yield bytes.slice(start, cut)
    start = cut
  }
}
const events = async (text: string, cuts: readonly number[] = []) =>
  Array.fromAsync(readServerEvents(readLines(inPieces(encoder.encode(text), cuts))))

const STREAM =
  ': comment\r\nevent: first\r\ndata: {"a":"ğüş€😀"}\r\n\r\n\n\ndata:no blank\ndata: second line\n\nid: 3\nretry: 10\nunknown\n\ndata: old mac\r\rdata: last'

const WHOLE = [
  { event: 'first', data: '{"a":"ğüş€😀"}' },
  { event: null, data: 'no blank\nsecond line' },
  { event: null, data: 'old mac' },
  { event: null, data: 'last' },
]

test('line ends of all kinds, comments, several data lines, an end without a blank line', async () => {
  expect(await events(STREAM)).toEqual(WHOLE)
})

test('cut anywhere, also inside a character or between CR and LF, it is the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 200 }), { maxLength: 40 }), async (cuts) => {
      expect(await events(STREAM, cuts)).toEqual(WHOLE)
    }),
  )
  expect(
    await events(
      STREAM,
      Array.from({ length: 200 }, (_, index) => index),
    ),
  ).toEqual(WHOLE)
})

test('a line without end fills no memory', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield encoder.encode('x'.repeat(1000))
  }
  await expect(Array.fromAsync(readLines(endless(), 10_000))).rejects.toThrow(LineTooLongError)
})

test('an event of endless lines fills no memory', async () => {
  async function* endless(): AsyncGenerator<string> {
    for (;;) yield `data: ${'x'.repeat(1000)}`
  }
  await expect(Array.fromAsync(readServerEvents(endless(), 10_000))).rejects.toThrow(LineTooLongError)
})

test('JSON lines pass by empty ones', async () => {
  const lines = readLines(inPieces(encoder.encode('{"a":1}\n\n{"a":2}'), []))
  expect(await Array.fromAsync(readJsonLines(lines))).toEqual([
    { event: null, data: '{"a":1}' },
    { event: null, data: '{"a":2}' },
  ])
})
