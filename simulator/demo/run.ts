/**
 * The demo: simulator, server and history in one command. The server is the real one in its own process, told by its
 * settings alone where the providers are. Recordings are made by real uploads; a fortnight of calls to models, which nobody
 * can wait for, is written into the database.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { seedDemo } from '../../scripts/demo/seed-demo.ts'
import { createSimulator } from '../simulator.ts'
import { addAdministration } from './add-administration.ts'
import { addHistory, demoUser } from './add-history.ts'
import { signIn, waitUntilReady } from './demo-client.ts'

const port = process.env['PORT'] ?? '3000'
const address = `http://localhost:${port}`
const say = (text: string): boolean => process.stdout.write(`${text}\n`)

// A pace at which a person can watch texts grow.
const simulator = createSimulator({ pace: { firstTokenMs: 250, tokensPerSecond: 120 } })
const { urls } = await simulator.start()

const providerSettings = Object.fromEntries(
  Object.entries(urls).flatMap(([provider, url]) => {
    const prefix = provider === 'compatible' ? 'OPENAI_COMPATIBLE_OFFICE' : provider.toUpperCase()
    return [
      [`${prefix}_BASE_URL`, url],
      [`${prefix}_API_KEY`, `simulated-key-of-${provider}`],
    ]
  }),
)

const environment = {
  DATA_DIR: './data/demo',
  PORT: port,
  ...process.env,
  ...providerSettings,
  DEMO: 'true',
  LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
}
const server = spawn(process.execPath, ['src/main.ts'], { stdio: 'inherit', env: environment })

const failedStart = once(server, 'exit').then(() => {
  throw new Error('the server ended')
})
failedStart.catch(() => {})

let closing = false
const close = async (code: number): Promise<void> => {
  if (closing) return
  closing = true
  server.kill('SIGTERM')
  await simulator.close()
  process.exitCode = code
}
server.once('exit', (code) => void close(code ?? 1))
process.once('SIGINT', () => void close(0))
process.once('SIGTERM', () => void close(0))

try {
  await Promise.race([waitUntilReady(address), failedStart])
  const session = await signIn(address, demoUser)
  await seedDemo(environment)
  await addHistory({ address, simulator, session, say })
  await addAdministration(session)
  say(
    `\n  The demo runs on ${address}\n  Sign in as ${demoUser.email} with the password ${demoUser.password}\n  Providers are simulated; every page says so. Stop with Ctrl-C.\n`,
  )
} catch (error) {
  process.stderr.write(`The demo could not be prepared: ${error instanceof Error ? error.message : String(error)}\n`)
  await close(1)
}
