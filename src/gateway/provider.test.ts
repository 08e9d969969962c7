import { expect, test } from 'vitest'
import { bearer, defineProvider } from './provider.ts'
import { builtInProviders } from './providers/index.ts'
import { createOpenAiCompatible } from './providers/openai-compatible.ts'

test('a provider cannot be changed by whoever imports it, at any depth', () => {
  const provider = defineProvider({
    id: 'x',
    displayName: 'X',
    baseUrl: 'http://x/',
    needsKey: true,
    auth: bearer,
    request: { rename: { a: 'b' }, drop: ['seed'] },
  })
  expect(provider.baseUrl).toBe('http://x')
  expect(() => Object.assign(provider, { baseUrl: 'http://evil' })).toThrow()
  expect(() => Object.assign(provider.request?.rename ?? {}, { a: 'c' })).toThrow()
  expect(() => (provider.request?.drop as string[]).push('x')).toThrow()
})

test('the built-in ones are frozen, each with an id of its own', () => {
  expect(builtInProviders.every((provider) => Object.isFrozen(provider))).toBe(true)
  expect(new Set(builtInProviders.map((provider) => provider.id)).size).toBe(builtInProviders.length)
  expect(() => (builtInProviders as unknown[]).push({})).toThrow()
})

test('an id that would break addresses is refused', () =>
  expect(() => createOpenAiCompatible({ id: 'My Server/1', baseUrl: 'http://x' })).toThrow('not a provider id'))

test('two compatible servers share nothing', () => {
  const one = createOpenAiCompatible({ id: 'one', baseUrl: 'http://one/v1', request: { drop: ['seed'] } })
  const two = createOpenAiCompatible({ id: 'two', baseUrl: 'http://two/v1' })
  expect([one.baseUrl, two.baseUrl]).toEqual(['http://one/v1', 'http://two/v1'])
  expect(two.request?.drop).toBeUndefined()
})
