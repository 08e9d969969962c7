/** Secrets that stand in Vault or AWS Secrets Manager, read over the stores' own wire from servers on this machine. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { loadConfig } from '../config.ts'

interface Reply {
  readonly status: number
  readonly body: unknown
}

const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A server that answers with JSON; keeps what it was asked. */
const serve = async (answer: (request: IncomingMessage, body: string) => Reply) => {
  const asked: { path: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      asked.push({ path: request.url ?? '', headers: request.headers, body })
      const reply = answer(request, body)
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(() => resolve())))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const TOKEN = 'hvs.reader'
const KEY = 'sk-from-the-vault-0001'
const MASTER = 'a master key of more than thirty-two characters'

/** `secret/` is version 2, `old/` version 1, as `vault secrets enable` makes them. */
const startVault = () =>
  serve(({ url = '', headers }) => {
    if (headers['x-vault-token'] !== TOKEN) return { status: 403, body: { errors: ['permission denied'] } }
    const mount = /^\/v1\/sys\/internal\/ui\/mounts\/(secret|old)\//.exec(url)?.[1]
    if (mount !== undefined) {
      const options = { version: mount === 'secret' ? '2' : '1' }
      return { status: 200, body: { data: { path: `${mount}/`, type: 'kv', options } } }
    }
    if (url === '/v1/secret/data/app/keys') {
      const metadata = { created_time: '2026-11-01T00:00:00Z', deletion_time: '', destroyed: false, version: 3 }
      return { status: 200, body: { data: { data: { openai: KEY, value: MASTER, port: 1 }, metadata } } }
    }
    if (url === '/v1/old/groq') return { status: 200, body: { data: { key: 'gsk-old' }, lease_duration: 2_764_800 } }
    return { status: 404, body: { errors: [] } }
  })

const load = (environment: Record<string, string>, signal?: AbortSignal) => {
  const directory = mkdtempSync(join(tmpdir(), 'references-'))
  closers.push(() => rmSync(directory, { recursive: true }))
  return loadConfig({ environment, directory, ...(signal && { signal }) })
}

test('Vault: fields of both versions of the key-value engine; each secret is read once', async () => {
  const vault = await startVault()
  const config = await load({
    VAULT_ADDR: `${vault.url}/`,
    VAULT_TOKEN: TOKEN,
    VAULT_NAMESPACE: 'team',
    OPENAI_API_KEY: 'vault:secret/app/keys#openai, sk-plain',
    GROQ_API_KEY: 'vault:old/groq#key',
    TOGETHER_API_KEY: 'vault:secret/data/app/keys#openai',
    ENCRYPTION_KEY: 'vault:secret/app/keys',
  })
  expect(config.providers.map(({ id, apiKeys }) => [id, apiKeys])).toEqual([
    ['openai', [KEY, 'sk-plain']],
    ['together', [KEY]],
    ['groq', ['gsk-old']],
  ])
  expect(config.encryption.secrets).toEqual([MASTER])
  expect(config.warnings).toEqual([])
  expect(vault.asked.every(({ headers }) => headers['x-vault-namespace'] === 'team')).toBe(true)
  // Two spellings of one path are two reads; two settings of one spelling are one.
  expect(vault.asked.filter(({ path }) => path === '/v1/secret/data/app/keys')).toHaveLength(2)
})

test('Vault: the token may stand in a file', async () => {
  const vault = await startVault()
  const directory = mkdtempSync(join(tmpdir(), 'token-'))
  closers.push(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'token'), `${TOKEN}\n`)
  const file = { VAULT_ADDR: vault.url, VAULT_TOKEN_FILE: join(directory, 'token') }
  const config = await load({ ...file, GROQ_API_KEY: 'vault:old/groq#key' })
  expect(config.providers[0]?.apiKey).toBe('gsk-old')
})

test('Vault: each thing that is wrong is told with its setting, and no secret with it', async () => {
  const vault = await startVault()
  const reach = { VAULT_ADDR: vault.url, VAULT_TOKEN: TOKEN }
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const wrong: [Record<string, string>, string][] = [
    [{ ...reach, OPENAI_API_KEY: 'vault:secret/none#x' }, 'OPENAI_API_KEY: Vault has no secret at secret/none'],
    [{ ...reach, OPENAI_API_KEY: 'vault:secret/app/keys#x' }, 'no text in the field x; it has: openai, value, port'],
    [{ ...reach, OPENAI_API_KEY: 'vault:secret/app/keys#port' }, 'no text in the field port'],
    [{ ...reach, VAULT_TOKEN: 'other', AUTH_SECRET: 'vault:secret/app/keys' }, 'AUTH_SECRET: Vault refuses'],
    [{ VAULT_TOKEN: TOKEN, AUTH_SECRET: 'vault:a#b' }, 'AUTH_SECRET: it stands in Vault; set VAULT_ADDR too'],
    [{ VAULT_ADDR: vault.url, DATABASE_URL: 'vault:a#b' }, 'DATABASE_URL: it stands in Vault; set VAULT_TOKEN too'],
    [{ ...reach, VAULT_ADDR: `http://127.0.0.1:${port}`, GROQ_API_KEY: 'vault:a#b' }, 'cannot be asked (ECONNREFUSED)'],
    [{ ...reach, VAULT_ADDR: 'nowhere', GROQ_API_KEY: 'vault:a#b' }, 'write an address that begins with http'],
  ]
  for (const [environment, message] of wrong) {
    const error: unknown = await load(environment).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'config-invalid', message: expect.stringContaining(message) as string })
    expect((error as Error).message).not.toMatch(new RegExp(`${KEY}|${MASTER}|${TOKEN}`))
  }
})

test('Vault: no redirect is followed, and a sealed server is told', async () => {
  for (const [status, message] of [
    [307, 'another address'],
    [503, 'sealed'],
  ] as const) {
    const server = await serve(() => ({ status, body: { errors: ['Vault is sealed'] } }))
    const environment = { VAULT_ADDR: server.url, VAULT_TOKEN: TOKEN, GROQ_API_KEY: 'vault:a#b' }
    await expect(load(environment)).rejects.toThrow(message)
    expect(server.asked).toHaveLength(1)
  }
})

test('a start that is stopped does not wait for a silent store', async () => {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () => server.closeAllConnections(),
    () => void server.close(),
  )
  const stop = new AbortController()
  server.once('request', () => stop.abort())
  const environment = {
    VAULT_ADDR: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    VAULT_TOKEN: TOKEN,
    GROQ_API_KEY: 'vault:a#b',
  }
  await expect(load(environment, stop.signal)).rejects.toMatchObject({ code: 'config-invalid' })
})

const startAws = () =>
  serve((_request, body) => {
    const { SecretId: id } = JSON.parse(body) as { SecretId: string }
    const known: Record<string, object> = {
      'mp4totext/keys': { SecretString: JSON.stringify({ openai: KEY }) },
      'mp4totext/master': { SecretString: MASTER },
      'mp4totext/bytes': { SecretBinary: 'AAAA' },
    }
    const found = known[id.replace(/^arn:aws:secretsmanager:eu-west-1:123456789012:secret:/, '')]
    if (found === undefined) {
      const message = "Secrets Manager can't find the specified secret."
      return { status: 400, body: { __type: 'ResourceNotFoundException', Message: message } }
    }
    const about = { ARN: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${id}`, Name: id, VersionId: 'v' }
    return { status: 200, body: { ...about, ...found, VersionStages: ['AWSCURRENT'], CreatedDate: 1_760_000_000 } }
  })

const awsReach = (url: string) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'the-secret-of-the-access-key',
})

test('AWS Secrets Manager: a whole secret and a field of one, asked with a signed request', async () => {
  const aws = await startAws()
  const config = await load({
    ...awsReach(aws.url),
    AWS_SESSION_TOKEN: 'session',
    ENCRYPTION_KEY: 'aws-secrets-manager:mp4totext/master',
    OPENAI_API_KEY: 'aws-secrets-manager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:mp4totext/keys#openai',
  })
  expect(config.encryption.secrets).toEqual([MASTER])
  expect(config.providers[0]?.apiKey).toBe(KEY)
  expect(aws.asked).toHaveLength(2)
  expect(aws.asked[0]?.headers).toMatchObject({
    'x-amz-target': 'secretsmanager.GetSecretValue',
    'x-amz-security-token': 'session',
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/secretsmanager\/aws4_request/,
    ) as string,
  })
})

test('AWS Secrets Manager: what is wrong is told with its setting', async () => {
  const aws = await startAws()
  const reach = awsReach(aws.url)
  const { AWS_SECRET_ACCESS_KEY: _secret, ...halfReach } = reach
  const wrong: [Record<string, string>, string][] = [
    [{ ...reach, GROQ_API_KEY: 'aws-secrets-manager:none' }, 'GROQ_API_KEY: AWS Secrets Manager has no secret none'],
    [{ ...reach, GROQ_API_KEY: 'aws-secrets-manager:mp4totext/bytes' }, 'holds bytes; store it as text'],
    [{ ...reach, GROQ_API_KEY: 'aws-secrets-manager:mp4totext/keys#groq' }, 'no text in the field groq'],
    [{ ...reach, GROQ_API_KEY: 'aws-secrets-manager:mp4totext/master#groq' }, 'is no JSON object'],
    [{ ...halfReach, GROQ_API_KEY: 'aws-secrets-manager:x' }, 'it stands in AWS; set AWS_SECRET_ACCESS_KEY too'],
  ]
  for (const [environment, message] of wrong) await expect(load(environment)).rejects.toThrow(message)
})
