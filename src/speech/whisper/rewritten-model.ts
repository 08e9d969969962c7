/** Models that are rewritten when they are loaded. */
import { readFile, stat } from 'node:fs/promises'
import { freeNow } from '../inference.ts'

/** A rewritten model is in memory a few times over while it loads; weights in a file of their own could not be found. */
const LARGEST_REWRITTEN_BYTES = 400e6

/** What `use` makes of the rewritten model; `undefined` when the file is too large or `rewrite` leaves it as it is. */
export const withRewritten = async <Rewritten, Result>(
  path: string,
  rewrite: (model: Uint8Array) => Rewritten | undefined,
  use: (rewritten: Rewritten) => Promise<Result>,
): Promise<Result | undefined> => {
  if ((await stat(path)).size > LARGEST_REWRITTEN_BYTES) return undefined
  const model = await readFile(path)
  const rewritten = rewriteSafely(model, rewrite)
  // What is rewritten is a copy.
  freeNow(model)
  return rewritten === undefined ? undefined : await use(rewritten)
}

/** What is no model stays as it is: the runtime says best what is wrong with it. */
const rewriteSafely = <Rewritten>(
  model: Uint8Array,
  rewrite: (model: Uint8Array) => Rewritten | undefined,
): Rewritten | undefined => {
  try {
    return rewrite(model)
  } catch {
    return undefined
  }
}
