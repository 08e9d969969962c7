/** What the sender wants made of a recording, out of the texts that tus metadata and multipart fields are. */
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { transcriptionOptionsSchema, type TranscriptionOptions } from '../contract/transcriptions.ts'
import { refuseUnknownNames } from '../known-names.ts'

const wishSchema = refuseUnknownNames(transcriptionOptionsSchema)
const LONGEST_PATH = 100

const invalid = (path: string, message: string): AppError =>
  new AppError('invalid-request', `Not valid: ${path} (${message})`, { details: { fields: [{ path, message }] } })

const checkOptions = (value: unknown): TranscriptionOptions => {
  const result = z.safeParse(wishSchema, value)
  if (result.success) return result.data
  const fields = result.error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.join('.').slice(0, LONGEST_PATH), message: issue.message }))
  throw new AppError(
    'invalid-request',
    `Not valid: ${fields.map(({ path, message }) => `${path} (${message})`).join(', ')}`,
    {
      details: { fields },
    },
  )
}

/** Options from JSON text; none means the defaults. */
export const parseOptionsJson = (text: string | null | undefined): TranscriptionOptions => {
  if (text === null || text === undefined || text === '') return checkOptions({})
  try {
    return checkOptions(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid('options', 'is not JSON')
    throw error
  }
}

const SWITCHES: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
}

/** Options from form fields: each by its name, or all as JSON in `options`; single fields win. */
export const parseOptionFields = (fields: ReadonlyMap<string, string>): TranscriptionOptions => {
  const options: Record<string, unknown> = { ...parseOptionsJson(fields.get('options')) }
  for (const [name, value] of fields) {
    if (name === 'options') continue
    if (name !== 'enhance' && name !== 'summarize') options[name] = value
    else options[name] = SWITCHES[value.toLowerCase()] ?? value
  }
  return checkOptions(options)
}
