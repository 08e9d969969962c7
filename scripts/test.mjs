/**
 * `npm test` and `npm run check`: prepares what is missing and runs all tests. Arguments go to vitest; with `--check`,
 * format, lint and types are checked before. Ends with one line, `N passed, N failed`.
 */
import './guard.mjs'

const { runScript, say } = await import('./launch/report.mjs')

await runScript(async () => {
  const { root, setUp } = await import('./launch/setup.mjs')
  const { runChild } = await import('./launch/child.mjs')
  const { runTests } = await import('./launch/tests.mjs')
  const checking = process.argv.includes('--check')
  const args = process.argv.slice(2).filter((argument) => argument !== '--check')
  const { node, env } = await setUp({ programs: ['ffmpeg', 'chromium'] })

  const checks = [
    ['Format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
    ['Lint', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']],
    ['Types', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']],
    ['Types of the page', ['node_modules/typescript/bin/tsc', '-p', 'web/tsconfig.json', '--noEmit']],
  ]
  const failedChecks = []
  for (const [name, command] of checking ? checks : []) {
    say(`${name} …`)
    if ((await runChild(node, command, { cwd: root, env })) !== 0) failedChecks.push(name)
  }
  const code = await runTests({ root, node, env, args })
  if (failedChecks.length > 0) say(`Not in order: ${failedChecks.join(', ')}`)
  return failedChecks.length > 0 ? 1 : code
})
