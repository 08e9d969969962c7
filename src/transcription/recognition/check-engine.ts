/** A provider's model that can't be used now is told before a recording is sent to it. */
import type { TranscriptionsDependencies } from '../dependencies.ts'
import { parseEngineName } from './open-recognizer.ts'

export const checkEngine = async (
  shop: Pick<TranscriptionsDependencies, 'assertModelUsable'>,
  engine: string,
  signal?: AbortSignal,
): Promise<void> => {
  parseEngineName(engine)
  if (engine !== 'local' && !engine.startsWith('local/')) await shop.assertModelUsable(engine, 'transcription', signal)
}
