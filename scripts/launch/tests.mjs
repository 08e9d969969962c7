/** Runs vitest and sums up. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChild } from './child.mjs'

/** A file that cannot even be loaded has no tests of its own; it counts as one that failed. */
const brokenFiles = (report) =>
  report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )

const readReport = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] }
  }
}

/** Returns the exit code: zero only when tests ran, all of them passed, and vitest itself had nothing to say. */
export const runTests = async ({ root, node, env, args }) => {
  const folder = mkdtempSync(join(tmpdir(), 'mp4totext-report-'))
  const file = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const code = await runChild(node, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], {
      cwd: root,
      env: { ...env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    })
    const report = readReport(file)
    const passed = report.numPassedTests
    const counted = report.numFailedTests + brokenFiles(report).length
    // An error outside any test, or no test at all, makes vitest fail without a failed test.
    const failed = counted === 0 && (code !== 0 || passed === 0) ? 1 : counted
    console.log(`${passed} passed, ${failed} failed`)
    return failed > 0 ? code || 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
