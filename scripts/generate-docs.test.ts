import { expect, test } from 'vitest'
import { findStalePages, generatePages } from './generate-docs.ts'

test('the reference pages say what the code says', async () => {
  expect(await findStalePages()).toEqual([])
})

test('every setting and every error code is on its page', async () => {
  const pages = await generatePages()
  expect(pages['docs/configuration.md']).toContain('`DATABASE_URL` (secret)')
  expect(pages['docs/errors.md']).toContain('`disk-full`')
})
