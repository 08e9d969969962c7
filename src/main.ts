/** Starts the server: checks what it runs on, loads the configuration, and ends in order when it is told to. */
import { loadConfig, projectDirectory, type Config } from './config.ts'
import { AppError, toAppError } from './errors.ts'
import { redactText } from './lib/logger.ts'

interface Running {
  readonly address: string
  close(): Promise<void>
}

const NEEDED_MAJOR = 24
/** Requests that have not ended then are cut; a container is usually killed after 10 s more. */
const CLOSE_TIMEOUT_MS = 20_000
/** A terminal's Ctrl-C reaches us directly and once more through npm; only a later one is meant to force. */
const SAME_SIGNAL_MS = 1_000

const tell = (text: string): void => void process.stderr.write(`${text}\n`)

const explain = (thrown: unknown): string => {
  const error = toAppError(thrown)
  const lastLines = error.details['lastLines']
  const more = typeof lastLines === 'string' && lastLines !== '' ? `\n${lastLines}` : ''
  const trace = error.code === 'internal' && thrown instanceof Error ? `\n${thrown.stack ?? ''}` : ''
  return redactText(
    `${error.message}${more}${trace}\n${thrown instanceof AppError ? error.entry.advice : ''}`.trimEnd(),
  )
}

const start = async (config: Config): Promise<Running> => {
  const { createApp } = await import('./app.ts')
  const app = await createApp(config)
  try {
    const { address } = await app.start()
    return { address, close: () => app.close() }
  } catch (error) {
    await app.close()
    throw error
  }
}

const welcome = ({ role, server, auth, data }: Config, address: string): string => {
  if (role === 'worker') {
    return `\n  mp4totext works on recordings; another process serves the page. Data is kept in ${data.directory}. Stop with Ctrl-C.\n`
  }
  return [
    '',
    `  mp4totext is running on ${server.publicUrl.endsWith(':0') ? address : server.publicUrl}`,
    '',
    '  Open it in a browser. The first account that you make there is the administrator’s;',
    auth.signUp === 'open'
      ? '  after that, everyone may sign up.'
      : '  after that, others need an invitation from them.',
    ...(role === 'web' ? ['  Recordings wait for a process with ROLE=worker on the same data.'] : []),
    `  Data is kept in ${data.directory}. Stop with Ctrl-C.`,
    '',
  ].join('\n')
}

/**
 * Resolves with the first reason to end: a signal, or the end of the process that started us. The handlers stay from
 * first to last: a signal without one, such as the same Ctrl-C on its second way, would kill us in the middle.
 */
const waitForEnd = (): Promise<void> =>
  new Promise((resolve) => {
    let endingSinceMs: number | undefined
    const onReason = (): void => {
      endingSinceMs ??= Date.now()
      resolve()
      if (Date.now() - endingSinceMs < SAME_SIGNAL_MS) return
      tell('Ending at once.')
      process.exit(130)
    }
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onReason)
    if (process.connected) {
      process.once('disconnect', () => {
        endingSinceMs ??= Date.now()
        resolve()
      })
      process.channel?.unref()
    }
  })

const close = async (running: Running): Promise<number> => {
  tell('Stopping …')
  const late = setTimeout(() => {
    tell('Stopping took too long; ending now. Jobs go on at the next start.')
    process.exit(1)
  }, CLOSE_TIMEOUT_MS)
  try {
    await running.close()
    return 0
  } catch (error) {
    tell(explain(error))
    return 1
  } finally {
    clearTimeout(late)
  }
}

const main = async (): Promise<number> => {
  if (Number.parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
    tell(`Node ${NEEDED_MAJOR} or later is needed; this is ${process.version}. Use npm start, which brings it.`)
    return 1
  }
  const end = waitForEnd()
  try {
    const config = await loadConfig({ directory: projectDirectory, checkPrograms: true })
    for (const warning of config.warnings) tell(`Warning: ${warning}`)
    const running = await start(config)
    tell(welcome(config, running.address))
    await end
    return await close(running)
  } catch (error) {
    tell(`mp4totext could not start. ${explain(error)}`)
    return 1
  }
}

// Whatever still holds the process, such as an idle connection, must not outlive the orderly end.
process.exit(await main())
