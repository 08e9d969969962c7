import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from './config.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const load = (environment: Record<string, string> = {}) => loadConfig({ environment, directory })
const failure = (environment: Record<string, string>): Promise<string> =>
  load(environment).then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )

test('nothing set gives a whole configuration', async () => {
  const config = await load()
  expect(config.server).toMatchObject({ host: 'localhost', port: 3000, publicUrl: 'http://localhost:3000' })
  expect(config.data.directory).toBe(join(directory, 'data'))
  expect(config.providers).toEqual([])
  expect(config.warnings).toEqual([])
  expect(Object.isFrozen(config.upload)).toBe(true)
})

test('secrets that nobody gave are made once and are for their owner alone', async () => {
  const first = await load()
  expect(first.auth.secret).toMatch(/^[0-9a-f]{64}$/)
  expect((await load()).auth.secret).toBe(first.auth.secret)
  expect(first.encryption.secrets[0]).not.toBe(first.auth.secret)
  expect(statSync(join(directory, 'data', 'secrets', 'auth-secret')).mode & 0o777).toBe(0o600)
})

test('a data folder that cannot be made or written is told, and never tried without end', async () => {
  const file = join(directory, 'a-file')
  writeFileSync(file, 'x')
  for (const [folder, said] of [
    ['/proc/nothing/at/all', 'cannot be made'],
    [file, 'cannot be written (ENOTDIR)'],
    [join(file, 'below'), 'cannot be made'],
  ] as const)
    expect(await failure({ DATA_DIR: folder })).toContain(said)
  expect(await failure({ DATA_DIR: '/proc' })).toContain('DATA_DIR')
})

test('all mistakes are told at once, without the values', async () => {
  const message = await failure({
    PORT: '99999',
    LOG_LEVEL: 'loud',
    UPLOAD_MAX_SIZE: 'huge',
    AUTH_SECRET: 'hunter2',
    OPENAI_API_KEY: '"sk-quoted secret"',
  })
  expect(message.split('\n')).toHaveLength(6)
  for (const key of ['PORT', 'LOG_LEVEL', 'UPLOAD_MAX_SIZE', 'AUTH_SECRET', 'OPENAI_API_KEY'])
    expect(message).toContain(`  ${key}: `)
  expect(message).toContain('write a whole number from 0 to 65535')
  expect(message).not.toMatch(/hunter2|quoted/)
})

test('at the start of the server, programs that are not there and names that are no settings are told with the rest', async () => {
  const environment = { PORT: 'x', FFMPEG_PATH: join(directory, 'ffmpeg'), FFPROBE_PATH: directory, SESION_DAYS: '3' }
  const load = (checkPrograms: boolean) => loadConfig({ environment, directory, checkPrograms })
  const message = await load(true).catch((error: unknown) => String(error))
  for (const key of ['PORT', 'FFMPEG_PATH', 'FFPROBE_PATH']) expect(message).toContain(`  ${key}: `)
  expect(message).toContain('  SESION_DAYS is not a setting. Did you mean SESSION_DAYS?')
  // The doctor looks for programs by itself, and says more.
  await expect(load(false)).rejects.toThrow('One setting is wrong')
})

test('FFMPEG_PATH may be the folder of the program', async () => {
  writeFileSync(join(directory, 'ffmpeg'), '', { mode: 0o755 })
  const environment = { FFMPEG_PATH: directory }
  expect((await loadConfig({ environment, directory, checkPrograms: true })).ffmpeg.path).toBe(directory)
})

test('.env is read, and the real environment wins', async () => {
  writeFileSync(join(directory, '.env'), 'PORT=4000\nHOST=0.0.0.0\n# a comment\nSPEECH_IDLE="2h"\n')
  expect(await load({ HOST: '127.0.0.1' })).toMatchObject({
    server: { port: 4000, host: '127.0.0.1' },
    speech: { idleMs: 7_200_000 },
  })
})

test('a name that is nearly a setting is warned about', async () => {
  writeFileSync(join(directory, '.env'), 'SOMETHING_ELSE=1\n')
  const { warnings } = await load({
    DATABSE_URL: 'x',
    OPENAI_APIKEY: 'x',
    HOME: '/home/a',
    PATH: '/bin',
    POST: '1',
    USER: 'a',
    OPENAI_COMPATIBLE_BASE_URL: 'http://a',
  })
  expect(warnings).toEqual([
    'SOMETHING_ELSE in .env is not a setting',
    'DATABSE_URL is not a setting. Did you mean DATABASE_URL?',
    'OPENAI_APIKEY is not a setting. Did you mean OPENAI_API_KEY?',
    'OPENAI_COMPATIBLE_BASE_URL is not a setting. Give the server a name of your choice: OPENAI_COMPATIBLE_MYSERVER_BASE_URL',
  ])
})

test('a secret can be a file, but not both', async () => {
  const path = join(directory, 'key')
  writeFileSync(path, 'sk-from-a-file\n')
  expect((await load({ OPENAI_API_KEY_FILE: path })).providers[0]).toMatchObject({
    id: 'openai',
    apiKey: 'sk-from-a-file',
  })
  expect(await failure({ OPENAI_API_KEY_FILE: path, OPENAI_API_KEY: 'sk-x' })).toContain('given twice')
  expect(await failure({ DATABASE_URL_FILE: join(directory, 'none') })).toContain(
    'DATABASE_URL_FILE: the file cannot be read (ENOENT)',
  )
})

test('any number of compatible servers, each whole', async () => {
  const { providers } = await load({
    OPENAI_COMPATIBLE_WHISPER_CPP_BASE_URL: 'http://127.0.0.1:8080/v1/',
    OPENAI_COMPATIBLE_VLLM_BASE_URL: 'http://gpu:8000/v1',
    OPENAI_COMPATIBLE_VLLM_API_KEY: 'a,b',
    OPENAI_COMPATIBLE_VLLM_MODELS: 'one, two',
    OLLAMA_BASE_URL: 'http://127.0.0.1:11434',
  })
  expect(providers).toEqual([
    { id: 'ollama', kind: 'ollama', apiKey: undefined, apiKeys: [], baseUrl: 'http://127.0.0.1:11434', models: [] },
    {
      id: 'vllm',
      kind: 'openai-compatible',
      apiKey: 'a',
      apiKeys: ['a', 'b'],
      baseUrl: 'http://gpu:8000/v1',
      models: ['one', 'two'],
    },
    {
      id: 'whisper-cpp',
      kind: 'openai-compatible',
      apiKey: undefined,
      apiKeys: [],
      baseUrl: 'http://127.0.0.1:8080/v1',
      models: [],
    },
  ])
  expect(await failure({ OPENAI_COMPATIBLE_X_API_KEY: 'k' })).toContain('OPENAI_COMPATIBLE_X_BASE_URL: it is missing')
  expect(await failure({ OPENAI_COMPATIBLE_GROQ_BASE_URL: 'http://a' })).toContain('choose another name')
})

test('an empty text is the same as none', async () => {
  expect(await load({ PORT: '', DATABASE_URL: ' ', OPENAI_API_KEY: '' })).toMatchObject({
    server: { port: 3000 },
    database: { url: undefined },
    providers: [],
  })
})

test('a damaged secret file is told, never used', async () => {
  await load()
  writeFileSync(join(directory, 'data', 'secrets', 'auth-secret'), '')
  expect(await failure({})).toContain('is damaged')
  expect(readFileSync(join(directory, 'data', 'secrets', 'auth-secret'), 'utf8')).toBe('')
})
