// The control endpoint: what a test in another process may read and set. JSON in, JSON out; loopback only.
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PROVIDERS } from './types.ts'
import type { JsonObject, ProviderName } from './types.ts'
import type { FaultRule } from './faults/choose.ts'
import { FAULTS, hasFault } from './faults/table.ts'
import { isObject, parseJson, toArray, toNumber, toObject, toText } from './json.ts'
import type { Simulator, SimulatorUrls } from './simulator-api.ts'

type Handler = (body: JsonObject, path: string) => unknown

const toProvider = (value: unknown): ProviderName => {
  const found = PROVIDERS.find((name) => name === value)
  if (!found) throw new Error(`provider must be one of ${PROVIDERS.join(', ')}`)
  return found
}

const toRule = (body: JsonObject): Omit<FaultRule, 'id'> => {
  const count = (name: 'times' | 'skip' | 'probability' | 'untilMs') => {
    const value = toNumber(body[name])
    return value === undefined ? {} : { [name]: value }
  }
  const until = toText(body['until'])
  return {
    fault: [toText(body['fault']), ...toArray(body['args']).map(String)].join(':'),
    ...(body['provider'] === undefined ? {} : { provider: toProvider(body['provider']) }),
    ...(typeof body['model'] === 'string' ? { model: body['model'] } : {}),
    ...(typeof body['operation'] === 'string' ? { operation: body['operation'] } : {}),
    ...count('times'),
    ...count('skip'),
    ...count('probability'),
    ...count('untilMs'),
    ...(until === '' ? {} : { untilMs: Date.parse(until) }),
  }
}

const changeModels = (simulator: Simulator, body: JsonObject): unknown => {
  const provider = toProvider(body['provider'])
  const { models } = simulator
  toArray(body['add']).forEach((row) => models.add(provider, isObject(row) ? row : toText(row)))
  toArray(body['remove']).forEach((id) => models.remove(provider, toText(id)))
  for (const [id, changes] of Object.entries(toObject(body['patch']))) models.patch(provider, id, toObject(changes))
  const keep = toNumber(body['keep'])
  if (keep !== undefined) models.shrink(provider, keep)
  return { provider, count: models.rows(provider).length }
}

const limitsOf = (value: unknown) => {
  const body = toObject(value)
  const number = (name: 'requestsPerMinute' | 'requestsPerDay' | 'tokensPerMinute') => {
    const found = toNumber(body[name])
    return found === undefined ? {} : { [name]: found }
  }
  return { ...number('requestsPerMinute'), ...number('requestsPerDay'), ...number('tokensPerMinute') }
}

const createRoutes = (simulator: Simulator, urls: () => SimulatorUrls): Record<string, Handler> => ({
  'GET /control': () => ({ urls: urls() }),
  'GET /control/log': () => simulator.log(),
  'GET /control/table': () =>
    FAULTS.map(({ name, family, args, what }) => ({
      name,
      family,
      args: args ?? '',
      what,
      providers: PROVIDERS.filter((provider) => hasFault(provider, name)),
    })),
  'GET /control/faults': () => simulator.faults(),
  'POST /control/faults': (body) => simulator.addFault(toRule(body)),
  'DELETE /control/faults': (_body, path) => ({ removed: simulator.removeFault(Number(path.split('/').at(-1))) }),
  'POST /control/models': (body) => changeModels(simulator, body),
  'POST /control/limits': (body) => {
    simulator.setLimits(toProvider(body['provider']), body['limits'] === null ? undefined : limitsOf(body['limits']))
    return {}
  },
  'POST /control/keys': (body) => {
    const keys = body['keys']
    simulator.setKeys(toProvider(body['provider']), Array.isArray(keys) ? keys.map(String) : undefined)
    return {}
  },
  'POST /control/pace': (body) => {
    const first = toNumber(body['firstTokenMs'])
    const rate = toNumber(body['tokensPerSecond'])
    simulator.setPace({
      ...(first === undefined ? {} : { firstTokenMs: first }),
      ...(rate === undefined ? {} : { tokensPerSecond: rate }),
    })
    return {}
  },
  'POST /control/script': (body) => {
    simulator.setScript(typeof body['text'] === 'string' ? body['text'] : undefined)
    return {}
  },
  'POST /control/refuse': async (body) => {
    await simulator.refuse(toProvider(body['provider']), body['refused'] !== false)
    return {}
  },
  'POST /control/reset': async () => {
    await simulator.reset()
    return {}
  },
})

const readBody = async (request: IncomingMessage): Promise<JsonObject> => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return toObject(parseJson(Buffer.concat(chunks).toString('utf8')))
}

export type ControlServer = { start(port: number): Promise<string>; close(): Promise<void> }

export const createControlServer = (simulator: Simulator, urls: () => SimulatorUrls): ControlServer => {
  const routes = createRoutes(simulator, urls)
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
    const name = `${request.method ?? 'GET'} ${path.replace(/\/\d+$/, '')}`
    const handler = routes[name]
    if (!handler) return { status: 404, body: { error: `no such control: ${name}`, known: Object.keys(routes) } }
    try {
      return { status: 200, body: await handler(await readBody(request), path) }
    } catch (failure) {
      return { status: 400, body: { error: failure instanceof Error ? failure.message : String(failure) } }
    }
  }
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  return {
    async start(port) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', resolve)
      })
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/control`
    },
    close: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
