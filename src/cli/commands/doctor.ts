/** `doctor`: looks at everything that the product needs, and says what to do. */
import type { Config } from '../../config.ts'
import type { Check, Finding } from '../checks/check.ts'
import { checkCredentials } from '../checks/credentials.ts'
import { checkDatabase } from '../checks/database.ts'
import { checkDisk } from '../checks/disk.ts'
import { checkFfmpeg } from '../checks/ffmpeg.ts'
import { checkRuntime } from '../checks/runtime.ts'
import { checkSpeechModel } from '../checks/speech-model.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { writeOut, type Terminal } from '../terminal.ts'
import { AppError, toAppError } from '../../errors.ts'

export interface DoctorOptions {
  readonly json: boolean
  readonly online: boolean
}

interface Context {
  readonly loadConfig: () => Promise<Config>
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

const CHECKS: Readonly<Record<string, Check>> = {
  database: checkDatabase,
  ffmpeg: checkFfmpeg,
  'speech model': checkSpeechModel,
  disk: checkDisk,
  credentials: checkCredentials,
}

const SIGNS: Readonly<Record<Finding['status'], string>> = {
  ok: 'ok',
  warning: 'warn',
  failed: 'FAIL',
  skipped: 'skip',
}

interface NamedProblem {
  readonly key: string
  readonly advice: string
}

/** The settings, or each of their mistakes. */
const readSettings = async (
  loadConfig: () => Promise<Config>,
): Promise<{ config: Config | undefined; findings: Finding[] }> => {
  try {
    const config = await loadConfig()
    const warnings = config.warnings.map((message) => ({ name: 'settings', status: 'warning' as const, message }))
    const ok: Finding = { name: 'settings', status: 'ok', message: 'All settings can be read' }
    return { config, findings: warnings.length > 0 ? warnings : [ok] }
  } catch (thrown) {
    const error = toAppError(thrown)
    const problems = (error.details['problems'] ?? []) as readonly NamedProblem[]
    const findings = problems.map(({ key, advice }): Finding => ({
      name: 'settings',
      status: 'failed',
      message: `${key} is wrong`,
      advice,
    }))
    const warnings = (error.details['warnings'] ?? []) as readonly string[]
    findings.push(...warnings.map((message): Finding => ({ name: 'settings', status: 'warning', message })))
    const whole: Finding = { name: 'settings', status: 'failed', message: error.message, advice: error.entry.advice }
    return { config: undefined, findings: findings.length > 0 ? findings : [whole] }
  }
}

const toLines = (findings: readonly Finding[]): string => {
  const width = Math.max(...findings.map(({ name }) => name.length))
  return findings
    .flatMap(({ name, status, message, advice }) => {
      const line = `${SIGNS[status].padEnd(4)}  ${name.padEnd(width)}  ${message}`
      return advice === undefined ? [line] : [line, `${' '.repeat(width + 8)}→ ${advice}`]
    })
    .join('\n')
}

export const doctor = async (options: DoctorOptions, { loadConfig, terminal, signal }: Context): Promise<ExitCode> => {
  const { config, findings: settings } = await readSettings(loadConfig)
  const found: Finding[] = [...(await checkRuntime()), ...settings]
  // One after another: the speech model's time should be its own.
  for (const [name, check] of Object.entries(CHECKS)) {
    signal.throwIfAborted()
    if (config === undefined)
      found.push({ name, status: 'skipped', message: 'Depends on the settings; mend them first' })
    else found.push(...(await check({ config, signal, online: options.online })))
  }
  const ok = found.every(({ status }) => status !== 'failed')
  const body = options.json ? JSON.stringify({ ok, findings: found }, null, 2) : toLines(found)
  await writeOut(terminal, `${body}\n`)
  if (signal.aborted) throw new AppError('cancelled', 'Interrupted')
  return ok ? exitCode.ok : exitCode.failed
}
