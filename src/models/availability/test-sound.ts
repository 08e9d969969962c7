/** One second of a quiet tone as a WAV file: what a model that hears is tested with. */
const RATE = 16_000
const HEADER_BYTES = 44

export const createTestSound = (): Uint8Array => {
  const bytes = new Uint8Array(HEADER_BYTES + RATE * 2)
  const view = new DataView(bytes.buffer)
  const write = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at)
  write(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  write(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, RATE, true)
  view.setUint32(28, RATE * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  write(36, 'data')
  view.setUint32(40, RATE * 2, true)
  for (let at = 0; at < RATE; at += 1)
    view.setInt16(HEADER_BYTES + at * 2, Math.round(3_000 * Math.sin((2 * Math.PI * 440 * at) / RATE)), true)
  return bytes
}
