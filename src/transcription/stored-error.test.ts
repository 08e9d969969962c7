import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { toStoredError } from './stored-error.ts'

test('a failure is stored with its advice, who failed, and what could be tried instead', () => {
  const error = new AppError('model-not-found', 'It is gone', {
    details: { provider: 'far', model: 'big', status: 404, suggestions: ['far/small', 'gone/gone'] },
  })
  const describe = (ref: string) =>
    ref === 'far/small' ? { provider: 'far', model: 'small', displayName: 'Small' } : null
  expect(toStoredError(error, {}, describe)).toEqual({
    code: 'model-not-found',
    title: 'The provider does not serve this model',
    message: 'It is gone',
    advice: 'Choose another model; an administrator can check the list.',
    provider: 'far',
    model: 'big',
    details: { provider: 'far', model: 'big', status: 404 },
    because: null,
    providerMessage: null,
    suggestions: [{ provider: 'far', model: 'small', displayName: 'Small' }],
  })
})

test('the provider’s own words and the sentences of this server are told apart', () => {
  const refused = { provider: 'far', model: 'big', providerMessage: 'Unable to access model big.' }
  const theirs = new AppError('model-not-found', 'far: Unable to access model big.', { details: refused })
  expect(toStoredError(theirs)).toMatchObject({ because: null, providerMessage: 'Unable to access model big.' })
  const ours = new AppError('provider-timeout', 'far: The provider sent no content within 20 s', {
    details: { provider: 'far', model: 'big' },
  })
  expect(toStoredError(ours)).toMatchObject({
    because: { code: 'no-content', parameters: { seconds: 20 } },
    providerMessage: null,
  })
})

test('no secret is stored, not in the message and not in the details', () => {
  const secret = 'sk-abcdefghijklmnop'
  const error = new AppError('provider-error', `Bad key ${secret}`, {
    details: { said: `"${secret}"`, api_key: secret },
  })
  expect(JSON.stringify(toStoredError(error))).not.toContain(secret)
})

test('what is no error of ours is internal', () => {
  expect(toStoredError(new Error('boom'))).toMatchObject({ code: 'internal', provider: null, suggestions: [] })
})
