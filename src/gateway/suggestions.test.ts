import { expect, test } from 'vitest'
import type { AppError } from '../errors.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createGateway } from './gateway.ts'
import { createScriptedCaller, row } from './testing/scripted-caller.ts'

test('models that were seen to answer are suggested first; of the others it is said, and refused ones are not named', async () => {
  const known: Record<string, boolean | null> = { seen: true, refused: false }
  const gateway = createGateway({
    caller: createScriptedCaller(() => ({ fail: 'content-refused' })),
    catalog: createCatalog([
      row('alpha/big'),
      row('beta/unseen'),
      row('beta/refused'),
      row('beta/seen', { contextLength: 2_000 }),
    ]),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] }),
    lives: ({ key }) => known[key] ?? null,
  })
  const rejection = (model: string): Promise<AppError> =>
    gateway.chat({ model, messages: [{ role: 'user', content: 'Say something.' }] }).then(
      () => Promise.reject(new Error('it answered')),
      (thrown: unknown) => thrown as AppError,
    )
  const told = { suggestions: ['beta/seen', 'beta/unseen'], unconfirmed: ['beta/unseen'] }
  expect((await rejection('alpha/big')).details).toMatchObject(told)
  expect((await rejection('beta/see')).details).toMatchObject({
    suggestions: ['beta/seen', 'beta/unseen', 'alpha/big'],
    unconfirmed: ['beta/unseen', 'alpha/big'],
  })
})

test('while a key rests, the one model that can be asked is suggested, however many are nearer', async () => {
  const near = Array.from({ length: 40 }, (_, at) => row(`alpha/near-${at}`))
  const gateway = createGateway({
    caller: createScriptedCaller(() => ({ fail: 'content-refused' })),
    catalog: createCatalog([row('beta/big'), ...near, row('gamma/far', { contextLength: 2_000 })]),
    credentials: (provider) => ({
      baseUrl: 'http://127.0.0.1',
      needsCredential: provider === 'alpha',
      credentials: [],
    }),
  })
  const asked = gateway.chat({ model: 'beta/big', messages: [{ role: 'user', content: 'Say something.' }] })
  const error = (await asked.catch((thrown: unknown) => thrown)) as AppError
  expect(error.details).toMatchObject({ suggestions: ['gamma/far'] })
})
