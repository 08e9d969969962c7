import { expect, test } from 'vitest'
import { requirePlatform } from './embedded.ts'

test('on Windows the start says which setting to give in place of the embedded database', () => {
  expect(() => requirePlatform('win32')).toThrow(/Windows.*DATABASE_URL/)
  for (const platform of ['linux', 'darwin'] as const) expect(() => requirePlatform(platform)).not.toThrow()
})
