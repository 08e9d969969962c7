// Starts the simulator from a shell and prints, as one line of JSON, where everything listens.
import { parseArgs } from 'node:util'
import { renderFaultTable } from './fault-table.ts'
import { PROVIDERS } from './types.ts'
import { createSimulator } from './simulator.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'first-token-ms': { type: 'string', default: '0' },
    'tokens-per-second': { type: 'string', default: '0' },
    env: { type: 'boolean', default: false },
    faults: { type: 'boolean', default: false },
  },
})

if (values.faults) {
  process.stdout.write(renderFaultTable())
  process.exit(0)
}

const first = Number(values.port)
// From a first port on: the control endpoint, then the providers in their order.
const ports = first > 0 ? Object.fromEntries(['control', ...PROVIDERS].map((name, index) => [name, first + index])) : {}
const simulator = createSimulator({
  ports,
  pace: { firstTokenMs: Number(values['first-token-ms']), tokensPerSecond: Number(values['tokens-per-second']) },
})
const { urls, controlUrl } = await simulator.start()

if (values.env) {
  for (const [name, url] of Object.entries(urls)) {
    const prefix = name === 'compatible' ? 'OPENAI_COMPATIBLE_SIMULATED' : name.toUpperCase()
    process.stdout.write(`${prefix}_BASE_URL=${url}\n${prefix}_API_KEY=sim-key-${name}\n`)
  }
  process.stdout.write(`SIMULATOR_CONTROL_URL=${controlUrl}\n`)
} else {
  process.stdout.write(`${JSON.stringify({ urls, controlUrl })}\n`)
}

const stop = () => {
  void simulator.close().then(() => process.exit(0))
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
