/** `npm run setup`: prepares everything and starts nothing. */
import './guard.mjs'

const { runScript, say } = await import('./launch/report.mjs')
await runScript(async () => {
  const { setUp } = await import('./launch/setup.mjs')
  await setUp()
  say('Everything is there. Start with: npm start')
})
