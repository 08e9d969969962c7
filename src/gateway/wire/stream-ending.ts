import type { WireReply } from './transport.ts'

/** The bytes of a stream whose last useful event was read: after `soon` they end within the linger time. */
export const createStreamEnding = (
  reply: WireReply,
  lingerMs: number,
): { bytes: () => AsyncGenerator<Uint8Array>; soon: () => void } => {
  let timer: NodeJS.Timeout | null = null
  let ended = false
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      yield* reply.bytes
    } catch (thrown) {
      if (!ended) throw thrown
    } finally {
      if (timer !== null) clearTimeout(timer)
    }
  }
  const soon = (): void => {
    timer ??= setTimeout(() => {
      ended = true
      reply.discard()
    }, lingerMs)
  }
  return { bytes, soon }
}
