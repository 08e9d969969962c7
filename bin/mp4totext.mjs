#!/usr/bin/env node
/** The command line. Prepares what is missing with messages on standard error, so that standard output can be piped. */
import '../scripts/guard.mjs'

const { runScript } = await import('../scripts/launch/report.mjs')
await runScript(async () => {
  const { root, setUp } = await import('../scripts/launch/setup.mjs')
  const { runChild } = await import('../scripts/launch/child.mjs')
  const { join } = await import('node:path')
  // Commands look for ffmpeg themselves: some need none, and doctor must be able to say that it is missing.
  const { node, env } = await setUp({ programs: [], web: false })
  return runChild(node, [join(root, 'src', 'cli', 'main.ts'), ...process.argv.slice(2)], { env })
})
