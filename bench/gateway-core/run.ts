/**
 * What the layer costs: a bare proxy and one through the gateway, the same stack, the same upstream, in turns within one
 * run, so that a busy machine is busy for both. Prints medians over rounds.
 *
 *   npm run bench:gateway-core
 */
import { fork } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { availableParallelism, loadavg } from 'node:os'
import { Agent, request } from 'undici'
import { measureLeaving } from './leaving.ts'
import { createBareProxy, createBenchGateway, createGatewayProxy } from './proxies.ts'

const ROUNDS = 7
const PLAIN = { requests: 1_500, atOnce: 32 }
const STREAMED = { requests: 120, atOnce: 8, events: 200 }

const agent = new Agent({ connections: 64 })
const messages = [
  { role: 'system', content: 'Answer briefly.' },
  { role: 'user', content: 'What is a lighthouse for? '.repeat(20) },
]

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  )

const ask = async (url: string, stream: boolean): Promise<void> => {
  const { body, statusCode } = await request(url, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'bench', messages, ...(stream ? { stream } : {}) }),
  })
  const text = await body.text()
  if (statusCode !== 200 || text.length < 50) throw new Error(`status ${statusCode}: ${text.slice(0, 200)}`)
}

/** Processor time of this process (the proxy and the client) for one request, in microseconds, and wall time. */
const measure = async (url: string, stream: boolean, { requests, atOnce }: { requests: number; atOnce: number }) => {
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  let left = requests
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await ask(url, stream)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const used = process.cpuUsage(cpu)
  return { cpuUs: (used.user + used.system) / requests, wallUs: ((performance.now() - startedAt) * 1_000) / requests }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

const compare = async (bare: string, layered: string, stream: boolean, size: { requests: number; atOnce: number }) => {
  const rounds: { bare: Awaited<ReturnType<typeof measure>>; layered: Awaited<ReturnType<typeof measure>> }[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const result = { bare: await measure(bare, stream, size), layered: await measure(layered, stream, size) }
    // The first round warms both up.
    if (round > 0) rounds.push(result)
  }
  const of = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick))
  return {
    bareCpuUs: of((round) => round.bare.cpuUs),
    layeredCpuUs: of((round) => round.layered.cpuUs),
    bareWallUs: of((round) => round.bare.wallUs),
    layeredWallUs: of((round) => round.layered.wallUs),
  }
}

const show = (name: string, result: Awaited<ReturnType<typeof compare>>, per: number): void => {
  const us = (value: number): string => (value / per).toFixed(1).padStart(9)
  const ratio = (a: number, b: number): string => (a / b).toFixed(2).padStart(6)
  console.log(
    `${name.padEnd(22)} bare ${us(result.bareCpuUs)} µs   gateway ${us(result.layeredCpuUs)} µs   cost ${us(result.layeredCpuUs - result.bareCpuUs)} µs   cpu ratio ${ratio(result.layeredCpuUs, result.bareCpuUs)}   wall ratio ${ratio(result.layeredWallUs, result.bareWallUs)}`,
  )
}

const upstream = fork(new URL('./upstream.ts', import.meta.url))
const port = await new Promise<number>((resolve) => upstream.once('message', (message) => resolve(Number(message))))
const upstreamUrl = `http://127.0.0.1:${port}/v1`
const servers = [createBareProxy(upstreamUrl), createGatewayProxy(createBenchGateway(upstreamUrl))]
const [bare = '', layered = ''] = await Promise.all(servers.map(listen))

console.log(
  `Node ${process.version}, medians of ${ROUNDS} rounds in turns, processor time of proxy and client together`,
)
show('a request', await compare(bare, layered, false, PLAIN), 1)
show('a stream event', await compare(bare, layered, true, STREAMED), STREAMED.events)

const left = (await measureLeaving(101)).toSorted((a, b) => a - b)
console.log(
  `the caller leaves      noticed by the provider after ${median(left).toFixed(1)} ms (median of ${left.length}), ${left.at(-1)?.toFixed(1)} ms at most`,
)
console.log(`load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`)

for (const server of servers) server.close()
upstream.disconnect()
process.exit(0)
