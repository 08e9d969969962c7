import { expect, test } from 'vitest'
import { readRemembered } from './use-upload-options.ts'

test('nothing remembered gives the defaults of the contract', () => {
  expect(readRemembered(undefined)).toMatchObject({ language: 'auto', engine: 'local', enhance: true, summarize: true })
})

test('what was chosen last time is taken, what no longer fits is not', () => {
  const options = readRemembered({
    language: 'tr',
    enhancementMode: 'gone',
    priority: 7,
    unknown: 1,
    title: 'x',
    enhance: false,
  })
  expect(options).toMatchObject({ language: 'tr', enhancementMode: 'standard', priority: 'normal', enhance: false })
  expect(options).not.toHaveProperty('unknown')
  expect(options.title).toBeUndefined()
})
