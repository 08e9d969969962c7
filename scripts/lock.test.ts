import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the lock names every optional package, without which npm ci refuses it', () => {
  const script = join(import.meta.dirname, 'complete-lock.mjs')
  expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('The lock is complete.\n')
})
