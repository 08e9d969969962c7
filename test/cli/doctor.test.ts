import { mkdir, rm, symlink } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandPlace, type CommandPlace } from './harness.ts'

interface Report {
  readonly ok: boolean
  readonly findings: readonly {
    name: string
    status: string
    message: string
    advice?: string
    details?: Record<string, unknown>
  }[]
}

const KEY = 'sk-0123456789abcdefghijklmnop'
const TIMEOUT_MS = 120_000

let place: CommandPlace
let provider: Server
let asked: string[]

beforeAll(async () => {
  place = await createCommandPlace()
  asked = []
  provider = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    const right = request.headers.authorization === `Bearer ${KEY}`
    response.writeHead(right ? 200 : 401, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify(
        right
          ? { object: 'list', data: [{ id: 'one', object: 'model' }] }
          : {
              error: { message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key' },
            },
      ),
    )
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  provider.close()
  await place.remove()
})

const doctor = async (
  environment: Record<string, string>,
  ...words: string[]
): Promise<{ code: number | null; report: Report; text: string }> => {
  const { code, out } = await place.run(['doctor', '--json', ...words], environment)
  return { code, report: JSON.parse(out.toString()) as Report, text: out.toString() }
}

const baseUrl = (): string => `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`

test(
  'finds everything in order, and tests each key with a live call, shown masked',
  async () => {
    const { code, report, text } = await doctor({
      OPENAI_API_KEY: `${KEY},sk-wrong-wrong-wrong-wrong`,
      OPENAI_BASE_URL: baseUrl(),
    })
    const of = (name: string) => report.findings.find((finding) => finding.name === name)
    for (const name of ['runtime', 'database', 'ffmpeg', 'speech model', 'disk'])
      expect([name, of(name)?.status]).toEqual([name, 'ok'])
    expect(of('credential openai 1')).toMatchObject({
      status: 'ok',
      details: { present: true, length: KEY.length, models: 1 },
    })
    expect(of('credential openai 2')).toMatchObject({ status: 'failed', details: { code: 'credential-invalid' } })
    expect(of('credential openai 2')?.advice).toContain('OPENAI_API_KEY')
    expect(text).not.toContain(KEY)
    expect(text).toContain('sk-0…mnop')
    expect(asked).toHaveLength(2)
    expect([code, report.ok]).toEqual([1, false])
  },
  TIMEOUT_MS,
)

test(
  'without a key all is well and nobody is called; a missing ffmpeg and a missing model are told with what to do',
  async () => {
    asked = []
    const well = await doctor({})
    expect([well.code, well.report.ok]).toEqual([0, true])
    const { code, report } = await doctor({ FFMPEG_PATH: join(place.directory, 'no-ffmpeg'), SPEECH_MODEL: 'small' })
    expect(code).toBe(1)
    const failed = report.findings.filter(({ status }) => status === 'failed')
    expect(failed.map(({ name }) => name)).toEqual(['ffmpeg', 'speech model'])
    expect(failed[0]?.advice).toContain('Correct FFMPEG_PATH')
    expect(failed[1]?.advice).toContain('speech download small')
    expect(asked).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'wrong settings are all named, each with how to mend it',
  async () => {
    const { code, report } = await doctor({
      PORT: 'many',
      SIGN_UP: 'perhaps',
      DATABASE_URL: 'mysql://x',
      UPLOAD_MAX_HOUR: '3',
    })
    expect(code).toBe(1)
    const told = report.findings.filter(({ status }) => status !== 'failed').map(({ name, status }) => [name, status])
    expect(told).toEqual([
      ['runtime', 'ok'],
      ['machine', expect.any(String)],
      ['settings', 'warning'],
      ['database', 'skipped'],
      ['ffmpeg', 'skipped'],
      ['speech model', 'skipped'],
      ['disk', 'skipped'],
      ['credentials', 'skipped'],
    ])
    const named = report.findings
      .filter(({ status }) => status === 'failed')
      .map(({ message }) => message.split(' ')[0])
    expect(named.sort()).toEqual(['DATABASE_URL', 'PORT', 'SIGN_UP'])
  },
  TIMEOUT_MS,
)

test(
  'a database that is not there is told soon',
  async () => {
    const { code, report } = await doctor(
      { DATABASE_URL: 'postgres://user:very-secret@127.0.0.1:1/none' },
      '--no-online',
    )
    expect(code).toBe(1)
    expect(report.findings.find(({ name }) => name === 'database')).toMatchObject({
      status: 'failed',
      advice: expect.stringContaining('DATABASE_URL') as unknown,
    })
    expect(JSON.stringify(report)).not.toContain('very-secret')
  },
  TIMEOUT_MS,
)

test(
  'a model that works but is not the pinned one is told',
  async () => {
    const shipped = join(import.meta.dirname, '..', '..', 'weights', 'whisper-base')
    const folder = join(place.directory, 'speech-models', 'whisper-tiny')
    await mkdir(join(folder, 'onnx'), { recursive: true })
    for (const name of ['config.json', 'generation_config.json', 'tokenizer.json'])
      await symlink(join(shipped, name), join(folder, name))
    for (const name of ['encoder_model', 'decoder_model_merged'])
      await symlink(join(shipped, 'onnx', `${name}.onnx`), join(folder, 'onnx', `${name}_quantized.onnx`))
    const { code, report } = await doctor({ SPEECH_MODEL: 'tiny' }, '--no-online')
    const of = (name: string) => report.findings.find((finding) => finding.name === name)
    expect([code, of('speech model')?.status]).toEqual([0, 'ok'])
    expect(of('speech model files')).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining('speech download tiny') as unknown,
    })
    await rm(folder, { recursive: true })
  },
  TIMEOUT_MS,
)

test(
  'speech list shows what is built in and what can be had',
  async () => {
    const { code, out } = await place.run(['speech', 'list'])
    expect(code).toBe(0)
    expect(out.toString()).toMatch(/base +built in/)
    expect(out.toString()).toMatch(/small +\d+ MB/)
    const gone = await place.run(['speech', 'remove', 'base'])
    expect([gone.code, gone.err.length > 10]).toEqual([1, true])
    expect((await place.run(['speech', 'remove', 'enormous'])).code).toBe(1)
  },
  TIMEOUT_MS,
)
