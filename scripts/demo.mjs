/** `npm run demo`: the product against simulated providers, with a history to look at. Needs no key and no network. */
import './guard.mjs'

const { runScript } = await import('./launch/report.mjs')

await runScript(async () => {
  const { root, setUp } = await import('./launch/setup.mjs')
  const { runChild } = await import('./launch/child.mjs')
  const { node, env } = await setUp()
  return runChild(node, ['simulator/demo/run.ts'], { cwd: root, env, bond: true })
})
