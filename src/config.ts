/**
 * The configuration: the only reader of the environment. Everything is checked at once, and all mistakes are told
 * together. The result is frozen; `app.ts` hands each room its slice.
 */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { readEnvironment, readSecret, readText, type Texts } from './config/environment.ts'
import { findMeant } from './config/misspelling.ts'
import type { ConfigProblem } from './config/problem.ts'
import { findMissingPrograms } from './config/program-paths.ts'
import {
  isProviderKey,
  NAMED_PROVIDERS,
  namedForm,
  readProviders,
  type ProviderSettings,
} from './config/provider-settings.ts'
import { ensureSecret } from './config/secret-file.ts'
import { resolveReferences } from './config/secret-references.ts'
import type { Setting } from './config/setting.ts'
import { SETTING_GROUPS, type SettingKey, type SettingValues } from './config/settings.ts'
import { AppError } from './errors.ts'
import type { LogLevel } from './lib/logger.ts'

export type { ProviderSettings } from './config/provider-settings.ts'

/** What a process does: everything, only pages and API, or only work. */
export type Role = 'all' | 'web' | 'worker'

export interface Config {
  readonly role: Role
  readonly server: {
    readonly host: string
    readonly port: number
    /** Without a slash at the end. */
    readonly publicUrl: string
    readonly allowedOrigins: readonly string[]
    readonly trustedProxies: readonly string[]
    readonly requestsPerMinute: number
    readonly logLevel: LogLevel
    readonly demo: boolean
  }
  readonly data: { readonly directory: string }
  readonly database: { readonly url: string | undefined; readonly poolSize: number }
  readonly auth: { readonly secret: string; readonly signUp: 'open' | 'invitation'; readonly sessionDays: number }
  /** Newest key first: it encrypts; all decrypt. */
  readonly encryption: { readonly secrets: readonly string[] }
  readonly messages: {
    /** Holds a password. */
    readonly smtpUrl: string | undefined
    readonly from: string | undefined
    readonly allowedPrivate: readonly string[]
  }
  readonly upload: { readonly maxBytes: number; readonly maxHours: number }
  readonly speech: {
    readonly engine: string
    readonly model: string
    readonly modelUrl: string | undefined
    readonly threads: number
    readonly languages: readonly string[]
    readonly idleMs: number
    readonly memoryLimitBytes: number
  }
  readonly ffmpeg: {
    readonly path: string | undefined
    readonly probePath: string | undefined
    /** The variable PATH, where programs are looked for. */
    readonly searchPath: string
  }
  readonly providers: readonly ProviderSettings[]
  readonly models: {
    readonly default: string | undefined
    /** Undefined leaves it to the catalog. */
    readonly lastResort: readonly string[] | undefined
    readonly sync: { readonly largestLoss: number; readonly smallestCount: number; readonly timeZone: string }
  }
  readonly credits: { readonly enabled: boolean; readonly newUserCredits: number }
  readonly monitoring: {
    /** Lets a supervisor in without an account. */
    readonly token: string | undefined
    /** Of a process that serves no page. */
    readonly port: number | undefined
    readonly errorPayload: 'off' | 'metadata' | 'full'
    readonly retentionDays: number
    readonly spoolBytes: number
    /** Undefined: no traces. */
    readonly traces:
      | {
          readonly endpoint: string
          readonly headers: Readonly<Record<string, string>>
          readonly serviceName: string
          readonly share: number
        }
      | undefined
    readonly sentry: { readonly dsn: string; readonly environment: string } | undefined
  }
  readonly jobs: { readonly concurrency: number }
  /** Names in the environment that look like settings of ours but are not. */
  readonly warnings: readonly string[]
}

export interface LoadConfigOptions {
  /** Stands in place of the process's environment. */
  readonly environment?: Texts
  /** The project's folder: holds `.env`, and relative paths start there. */
  readonly directory: string
  /** Whether programs whose paths are given must be there. Default false. */
  readonly checkPrograms?: boolean
  readonly signal?: AbortSignal
}

const TABLE: Readonly<Record<string, Setting<unknown>>> = Object.fromEntries(
  Object.values(SETTING_GROUPS).flatMap((group) => Object.entries(group)),
)

const readSetting = (texts: Texts, key: string, setting: Setting<unknown>, problems: ConfigProblem[]): unknown => {
  const text = setting.secret ? readSecret(texts, key, problems) : readText(texts, key)
  if (text === undefined) return setting.fallback
  try {
    return setting.parse(text)
  } catch (error) {
    problems.push({ key, advice: error instanceof Error ? error.message : String(error) })
    return setting.fallback
  }
}

const knownKeys = (): string[] => [
  ...Object.entries(TABLE).flatMap(([key, { secret }]) => (secret ? [key, `${key}_FILE`] : [key])),
  ...Object.keys(NAMED_PROVIDERS).flatMap((prefix) => [`${prefix}_API_KEY`, `${prefix}_BASE_URL`]),
]

/** What may be a reference to a secret store; the settings of the stores themselves may not. */
const referenceKeys = (texts: Texts): string[] => [
  ...Object.entries(TABLE).flatMap(([key, { secret }]) =>
    secret && !(key in SETTING_GROUPS['Secret stores']) ? key : [],
  ),
  ...Object.keys(texts).filter((name) => isProviderKey(name) && name.endsWith('_API_KEY')),
]

const findWarnings = (texts: Texts, fileKeys: readonly string[]): string[] => {
  const known = knownKeys()
  const strange = Object.keys(texts).filter((name) => !known.includes(name) && !isProviderKey(name))
  return strange.flatMap((name) => {
    const nameless = namedForm(name)
    if (nameless !== undefined) return [`${name} is not a setting. Give the server a name of your choice: ${nameless}`]
    const meant = findMeant(name, known)
    if (meant !== undefined && readText(texts, meant) === undefined)
      return [`${name} is not a setting. Did you mean ${meant}?`]
    return fileKeys.includes(name) ? [`${name} in .env is not a setting`] : []
  })
}

const freeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze)
  return Object.freeze(value)
}

/** Step by step: Node's own way tries without end where a folder exists in which none can be made, as in `/proc`. */
const makeFolder = (path: string): void => {
  if (existsSync(path) || dirname(path) === path) return
  makeFolder(dirname(path))
  mkdirSync(path)
}

/** Makes the data directory, as the first thing that needs it, and looks whether it may be written. */
const prepareData = (directory: string, problems: ConfigProblem[]): void => {
  const there = existsSync(directory)
  try {
    makeFolder(directory)
    if (!statSync(directory).isDirectory()) throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' })
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOSPC') throw new AppError('disk-full', `The disk that holds ${directory} is full`, { cause: error })
    problems.push({
      key: 'DATA_DIR',
      advice: `${directory} cannot be ${there ? 'written' : 'made'} (${code}); choose a folder that may be written`,
    })
  }
}

const toMonitoring = (values: SettingValues): Config['monitoring'] => ({
  token: values.METRICS_TOKEN,
  port: values.METRICS_PORT,
  errorPayload: values.ERROR_LOG_PAYLOAD,
  retentionDays: values.USAGE_RETENTION_DAYS,
  spoolBytes: values.USAGE_SPOOL_LIMIT,
  traces:
    values.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
      ? undefined
      : {
          endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
          headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
          serviceName: values.OTEL_SERVICE_NAME,
          share: values.OTEL_TRACES_SAMPLER_ARG,
        },
  sentry:
    values.SENTRY_DSN === undefined ? undefined : { dsn: values.SENTRY_DSN, environment: values.SENTRY_ENVIRONMENT },
})

const toConfig = (
  values: SettingValues,
  providers: readonly ProviderSettings[],
  directory: string,
  searchPath: string,
  warnings: string[],
): Config => {
  const data = isAbsolute(values.DATA_DIR) ? values.DATA_DIR : resolve(directory, values.DATA_DIR)
  const encryptionKey = values.ENCRYPTION_KEY ?? ensureSecret(data, 'encryption-key')
  return freeze<Config>({
    role: values.ROLE,
    server: {
      host: values.HOST,
      port: values.PORT,
      publicUrl: values.PUBLIC_URL ?? `http://localhost:${values.PORT}`,
      allowedOrigins: values.ALLOWED_ORIGINS,
      trustedProxies: values.TRUSTED_PROXIES,
      requestsPerMinute: values.REQUESTS_PER_MINUTE,
      logLevel: values.LOG_LEVEL,
      demo: values.DEMO,
    },
    data: { directory: data },
    database: { url: values.DATABASE_URL, poolSize: values.DATABASE_POOL_SIZE },
    auth: {
      secret: values.AUTH_SECRET ?? ensureSecret(data, 'auth-secret'),
      signUp: values.SIGN_UP,
      sessionDays: values.SESSION_DAYS,
    },
    encryption: { secrets: [encryptionKey, values.ENCRYPTION_KEY_PREVIOUS].filter((secret) => secret !== undefined) },
    messages: {
      smtpUrl: values.SMTP_URL,
      from: values.MAIL_FROM,
      allowedPrivate: values.ALLOWED_PRIVATE_ADDRESSES,
    },
    upload: { maxBytes: values.UPLOAD_MAX_SIZE, maxHours: values.UPLOAD_MAX_HOURS },
    speech: {
      engine: values.SPEECH_ENGINE,
      model: values.SPEECH_MODEL,
      modelUrl: values.SPEECH_MODEL_URL,
      threads: values.SPEECH_THREADS,
      languages: values.SPEECH_LANGUAGES,
      idleMs: values.SPEECH_IDLE,
      memoryLimitBytes: values.SPEECH_MEMORY_LIMIT,
    },
    ffmpeg: { path: values.FFMPEG_PATH, probePath: values.FFPROBE_PATH, searchPath },
    providers,
    models: {
      default: values.DEFAULT_MODEL,
      lastResort: values.LAST_RESORT_MODEL,
      sync: {
        largestLoss: values.MODEL_SYNC_MAX_LOSS / 100,
        smallestCount: values.MODEL_SYNC_MIN_COUNT,
        timeZone: values.TIME_ZONE,
      },
    },
    credits: { enabled: values.CREDITS === 'on', newUserCredits: values.NEW_USER_CREDITS },
    monitoring: toMonitoring(values),
    jobs: { concurrency: values.JOB_CONCURRENCY },
    warnings,
  })
}

const toError = (problems: readonly ConfigProblem[], warnings: readonly string[]): AppError => {
  const lines = [...problems.map(({ key, advice }) => `  ${key}: ${advice}`), ...warnings.map((line) => `  ${line}`)]
  const count = problems.length === 1 ? 'One setting is wrong' : `${problems.length} settings are wrong`
  return new AppError('config-invalid', `${count}:\n${lines.join('\n')}`, { details: { problems, warnings } })
}

/** Reads and checks all settings. Rejects with `config-invalid`, every mistake and how to mend it. */
export const loadConfig = async ({
  environment = process.env,
  directory,
  checkPrograms = false,
  signal,
}: LoadConfigOptions): Promise<Config> => {
  const { texts: written, fileKeys } = readEnvironment(environment, directory)
  const problems: ConfigProblem[] = []
  const texts = await resolveReferences(written, referenceKeys(written), problems, signal)
  const entries = Object.entries(TABLE).map(([key, setting]) => [key, readSetting(texts, key, setting, problems)])
  const values = Object.fromEntries(entries) as SettingValues & Record<SettingKey, unknown>
  const providers = readProviders(texts, problems)
  prepareData(resolve(directory, values.DATA_DIR), problems)
  if (checkPrograms) problems.push(...findMissingPrograms(values))
  const warnings = findWarnings(texts, fileKeys)
  if (problems.length > 0) throw toError(problems, warnings)
  return toConfig(values, providers, directory, texts['PATH'] ?? '', warnings)
}

/** The folder that holds the project: where `package.json` is. */
export const projectDirectory = join(import.meta.dirname, '..')
