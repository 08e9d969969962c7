/** A test fails when something writes to console.error or console.warn that the test did not ask for. */
import { afterEach, beforeEach, vi } from 'vitest'

const unexpected: string[] = []

beforeEach(() => {
  unexpected.length = 0
  for (const level of ['error', 'warn'] as const) {
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      unexpected.push(
        `console.${level}: ${parts.map((part) => (part instanceof Error ? part.stack : String(part))).join(' ')}`,
      )
    })
  }
})

afterEach(() => {
  const messages = unexpected.splice(0)
  if (messages.length > 0) throw new Error(`Unexpected output:\n${messages.join('\n')}`)
})
