/** The recordings of `test/fixtures/providers`, read as they are. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordedReply } from './replay-server.ts'

const ROOT = join(import.meta.dirname, '../fixtures/providers')

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface Recording {
  readonly request: { readonly method: string; readonly url: string; readonly body: { readonly model?: string } | null }
  readonly response: {
    readonly status: number
    readonly headers: Record<string, string>
    // Recorded bodies are read by path in expectations, where a wrong path fails the test by itself.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    readonly body: any
  }
}

export const fixtureNames = (): string[] =>
  readdirSync(ROOT, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? readdirSync(join(ROOT, entry.name)).map((file) => `${entry.name}/${file}`) : [entry.name],
    )
    .toSorted()

export const readFixture = (name: string): string => readFileSync(join(ROOT, name), 'utf8')

export const readJsonFixture = <Value = Json>(name: string): Value => JSON.parse(readFixture(name)) as Value

export const readRecording = (name: string): Recording => readJsonFixture<Recording>(name)

/** The recorded answer, with the stream's bytes where they lie in a file of their own. */
export const toReply = (name: string): RecordedReply => {
  const { response } = readRecording(name)
  const stream = fixtureNames().find((file) => file !== name && file.startsWith(name.replace('.http.json', '.')))
  const body = stream === undefined ? JSON.stringify(response.body) : readFixture(stream)
  const headers = { 'content-type': 'text/event-stream', ...response.headers }
  return { status: response.status, headers, body }
}

/** Chunks without their `data:` framing, framed again; Anthropic names its events. */
export const chunksToReply = (name: string, ending: string): RecordedReply => {
  const lines = readFixture(name).trim().split('\n')
  const body = lines.map((line) => `data: ${line}\n\n`).join('') + ending
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body }
}

/** The JSON of every `data:` line of a recorded stream, read without any of the code under test. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const rawEvents = (name: string): any[] =>
  readFixture(name)
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:') || line.startsWith('{'))
    .map((line) => line.replace(/^data:\s*/, ''))
    .filter((line) => line !== '[DONE]')
    .map((line) => JSON.parse(line) as unknown)
