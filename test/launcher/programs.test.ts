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
