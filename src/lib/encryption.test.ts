import { expect, test } from 'vitest'
import { createEncryption } from './encryption.ts'

const old = 'o'.repeat(32)
const current = 'n'.repeat(32)

test('what was encrypted comes back, and each time looks different', () => {
  const encryption = createEncryption([current])
  const sealed = encryption.encrypt('sk-şifre', 'row 1')
  expect(encryption.decrypt(sealed, 'row 1')).toBe('sk-şifre')
  expect(encryption.encrypt('sk-şifre', 'row 1')).not.toBe(sealed)
  expect(encryption.decrypt(encryption.encrypt('', 'row 1'), 'row 1')).toBe('')
  expect(sealed).not.toContain('sk-')
})

test('a value in another place, changed or cut does not open', () => {
  const encryption = createEncryption([current])
  const sealed = encryption.encrypt('secret', 'row 1')
  expect(() => encryption.decrypt(sealed, 'row 2')).toThrow('wrong place')
  expect(() => encryption.decrypt(`${sealed.slice(0, -2)}AA`, 'row 1')).toThrow('damaged')
  expect(() => encryption.decrypt(sealed.slice(0, 20), 'row 1')).toThrow('damaged')
  expect(() => encryption.decrypt('', 'row 1')).toThrow('key that is not here')
})

test('after a change of keys old values open and are told as outdated', () => {
  const sealed = createEncryption([old]).encrypt('secret', 'x')
  const rotated = createEncryption([current, old])
  expect(rotated.decrypt(sealed, 'x')).toBe('secret')
  expect(rotated.isOutdated(sealed)).toBe(true)
  expect(rotated.isOutdated(rotated.encrypt('secret', 'x'))).toBe(false)
  expect(() => createEncryption([current]).decrypt(sealed, 'x')).toThrow('ENCRYPTION_KEY_PREVIOUS')
})
