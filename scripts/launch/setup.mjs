/** Everything that must be there before our own code can run. Each step does nothing when it is done already. */
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureDependencies } from './dependencies.mjs'
import { findNode } from './node.mjs'
import { ensureProgram } from './programs.mjs'
import { ensureWeb } from './web.mjs'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Packages, Node, the named programs and, when wanted, the page. Returns the Node to use and the environment for it, in
 * which that Node also comes first on the PATH and the programs' settings hold what was found.
 */
export const setUp = async ({ programs = ['ffmpeg'], web = true, settingsCheckedLater = false } = {}) => {
  await ensureDependencies(root)
  const node = findNode(root)
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` }
  for (const name of programs)
    env[`${name.toUpperCase()}_PATH`] = await ensureProgram(root, name, { checkedLater: settingsCheckedLater })
  if (web) await ensureWeb(root, node)
  return { node, env }
}
