/** A machine without ffmpeg gets one command that works as it stands, also where there is no sudo. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'mp4totext-programs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const programs = pathToFileURL(join(import.meta.dirname, '..', '..', 'scripts', 'launch', 'programs.mjs')).href
const SCRIPT = `
  if (process.argv[1] === 'user') process.getuid = () => 1000
  const { ensureProgram } = await import(${JSON.stringify(programs)})
  await ensureProgram(${JSON.stringify(folder)}, 'ffmpeg').catch((error) => console.log(error.message))`

/** Nothing is on the PATH but what lies in the test's folder. */
const advice = (who: 'root' | 'user'): string =>
  spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT, who], { env: { PATH: folder }, encoding: 'utf8' })
    .stdout

test('the one command to run is told', () => {
  expect(advice('root')).not.toMatch(/sudo|su -c/)
  expect(advice('user')).toMatch(/Install it: {2}(su -c '[^']+ ffmpeg[^']*'|brew install ffmpeg|install ffmpeg with)/)
  const sudo = join(folder, 'sudo')
  writeFileSync(sudo, '')
  chmodSync(sudo, 0o755)
  expect(advice('user')).toMatch(/Install it: {2}(sudo .+ ffmpeg|brew install ffmpeg|install ffmpeg with)/)
  expect(advice('user')).toContain('or set FFMPEG_PATH to its path')
})

test.each(['a Node that reads .env', 'Node before 20.12, which does not'])('a path in .env is taken by %s', (which) => {
  const root = mkdtempSync(join(folder, 'root-'))
  const ffmpeg = join(root, 'my ffmpeg')
  writeFileSync(ffmpeg, '', { mode: 0o755 })
  writeFileSync(join(root, '.env'), `# ours\nexport FFMPEG_PATH="${ffmpeg}" # in quotes\n`)
  const script = `
    if (${String(which.includes('before'))}) {
      process.getBuiltinModule('node:util').parseEnv = undefined
      process.getBuiltinModule('node:module').syncBuiltinESMExports()
    }
    const { ensureProgram } = await import(${JSON.stringify(programs)})
    console.log(await ensureProgram(${JSON.stringify(root)}, 'ffmpeg'))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: folder },
    encoding: 'utf8',
  })
  expect(stdout.trim(), stderr).toBe(ffmpeg)
})
