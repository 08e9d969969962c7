/**
 * Bytes → lines → server-sent events, each step a generator of its own.
 *
 * Knows UTF-8 split over packets, CR, LF and CRLF, comments, and a bound on the length of a line and of an event, so
 * that a hostile sender cannot fill the memory. Knows nothing of what an event means.
 */
export interface ServerEvent {
  /** The `event:` field; null when the sender named none. */
  readonly event: string | null
  readonly data: string
}

export class LineTooLongError extends Error {
  constructor(maxLineLength: number) {
    super(`a line is longer than ${maxLineLength} characters`)
    this.name = 'LineTooLongError'
  }
}

const LINE_END = /\r\n|\n|\r/

/**
 * Text split into lines; the last line counts even when nothing ends it. Each byte is looked at once, however small the
 * packets are and however long the line.
 */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  maxLineLength = 8_000_000,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8')
  let begun: string[] = []
  let begunLength = 0
  let heldReturn = ''
  for await (const chunk of bytes) {
    const text = heldReturn + decoder.decode(chunk, { stream: true })
    // A CR at the very end may be the first half of CRLF, so it waits for the next chunk.
    heldReturn = text.endsWith('\r') ? '\r' : ''
    const pieces = (heldReturn === '' ? text : text.slice(0, -1)).split(LINE_END)
    const last = pieces.pop() ?? ''
    for (const piece of pieces) {
      yield begun.length === 0 ? piece : begun.join('') + piece
      begun = []
      begunLength = 0
    }
    if (last !== '') begun.push(last)
    begunLength += last.length
    if (begunLength > maxLineLength) throw new LineTooLongError(maxLineLength)
  }
  const rest = begun.join('') + decoder.decode()
  if (rest !== '') yield rest
}

/** Events out of lines, in the grammar of the HTML standard; an event that nothing ends is still given. */
export async function* readServerEvents(
  lines: AsyncIterable<string>,
  maxEventLength = 8_000_000,
): AsyncGenerator<ServerEvent, void, undefined> {
  let event: string | null = null
  let data: string[] = []
  let length = 0
  for await (const line of lines) {
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n') }
      event = null
      data = []
      length = 0
      continue
    }
    const { field, value } = splitField(line)
    if (field === 'event') event = value
    if (field === 'data') {
      data.push(value)
      length += value.length
      if (length > maxEventLength) throw new LineTooLongError(maxEventLength)
    }
  }
  if (data.length > 0) yield { event, data: data.join('\n') }
}

const splitField = (line: string): { field: string; value: string } => {
  const colon = line.indexOf(':')
  if (colon === 0) return { field: '', value: '' }
  if (colon === -1) return { field: line, value: '' }
  const value = line.slice(colon + 1)
  return { field: line.slice(0, colon), value: value.startsWith(' ') ? value.slice(1) : value }
}

/** Newline-delimited JSON as events without a name. */
export async function* readJsonLines(lines: AsyncIterable<string>): AsyncGenerator<ServerEvent, void, undefined> {
  for await (const line of lines) if (line.trim() !== '') yield { event: null, data: line }
}
