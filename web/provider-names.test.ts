import { expect, test } from 'vitest'
import { toProviderNames } from './provider-names.ts'

const names = toProviderNames([{ provider: 'far', providerName: 'Far AI' }])

test('a provider is called as the picker calls it, and one that is gone by its id', () => {
  expect(names.of('far')).toBe('Far AI')
  expect(names.of('gone')).toBe('gone')
})

test('a model’s name keeps its own slashes, and what is no provider stays as it is', () => {
  expect(names.inRef('far/maker/large')).toBe('Far AI · maker/large')
  expect(names.inRef('maker/large')).toBe('maker/large')
  expect(names.inRef('auto:best')).toBe('auto:best')
})

test('reasons name providers and models so too', () => {
  const because = { code: 'same-provider', parameters: { model: 'far/large', provider: 'far', tokens: 5 } }
  expect(names.inBecause(because)?.parameters).toEqual({ model: 'Far AI · large', provider: 'Far AI', tokens: 5 })
  expect(names.inBecause(undefined)).toBeNull()
})
