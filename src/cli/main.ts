/** The program behind `bin/mp4totext.mjs`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig, projectDirectory } from '../config.ts'
import { listenForInterrupt } from './interrupt.ts'
import { runCommand } from './run.ts'

const { version } = JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8')) as { version: string }
const interrupt = listenForInterrupt()

const code = await runCommand(process.argv.slice(2), {
  terminal: { out: process.stdout, err: process.stderr },
  loadConfig: () => loadConfig({ directory: projectDirectory, signal: interrupt.signal }),
  signal: interrupt.signal,
  version,
})
// Whatever still holds the process must not outlive the command.
process.exit(code)
