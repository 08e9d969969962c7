/** `npm start` and `npm run dev`: prepares what is missing and runs the server. */
import './guard.mjs'

const { runScript, say } = await import('./launch/report.mjs')
const developing = process.argv.includes('--dev')

await runScript(async () => {
  const { root, setUp } = await import('./launch/setup.mjs')
  const { runChild } = await import('./launch/child.mjs')
  const { node, env } = await setUp({ web: !developing, settingsCheckedLater: true })
  if (!developing) return runChild(node, ['src/main.ts'], { cwd: root, env, bond: true })

  say('The page reloads itself on http://localhost:5173; the server restarts when its sources change.')
  const server = runChild(node, ['--watch', '--watch-preserve-output', 'src/main.ts'], { cwd: root, env })
  const page = runChild(
    node,
    ['node_modules/vite/bin/vite.js', '--config', 'web/vite.config.ts', '--clearScreen', 'false'],
    { cwd: root, env },
  )
  const [code] = await Promise.all([server, page])
  return code
})
