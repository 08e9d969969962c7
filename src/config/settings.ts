/**
 * Every setting with a fixed name. `docs/configuration.md` is generated from this table. The settings of providers, whose
 * names depend on the provider, are in `provider-settings.ts`.
 */
import { availableParallelism } from 'node:os'
import {
  bytes,
  databaseAddress,
  duration,
  headers,
  languageCodes,
  list,
  longSecret,
  mailAddress,
  mailServer,
  networks,
  oneOf,
  optional,
  setting,
  share,
  text,
  timeZone,
  webAddress,
  wholeNumber,
  yesOrNo,
} from './setting.ts'

export const SETTING_GROUPS = {
  Server: {
    HOST: setting({
      about: 'Address to listen on; `0.0.0.0` lets other machines in.',
      parse: text,
      fallback: 'localhost',
    }),
    PORT: setting({ about: 'Port to listen on; 0 takes a free one.', parse: wholeNumber(0, 65_535), fallback: 3000 }),
    PUBLIC_URL: optional({
      about: 'Where people reach the server, when a proxy or another name stands before it.',
      parse: webAddress,
      shown: '`http://localhost:PORT`',
    }),
    ALLOWED_ORIGINS: setting({
      about: 'Other sites that may call the API with cookies, separated by commas.',
      parse: (value) => list(value).map(webAddress),
      fallback: [],
      shown: 'none',
    }),
    TRUSTED_PROXIES: setting({
      about:
        'Addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed, separated by commas.',
      parse: list,
      fallback: [],
      shown: 'none',
    }),
    REQUESTS_PER_MINUTE: setting({
      about: 'Requests a minute from one user, or from one address before sign-in.',
      parse: wholeNumber(1, 1_000_000),
      fallback: 600,
    }),
    LOG_LEVEL: setting({
      about: 'How much is logged.',
      parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
      fallback: 'info',
    }),
    DEMO: setting({ about: 'Says on every page that providers are simulated.', parse: yesOrNo, fallback: false }),
  },
  Data: {
    DATA_DIR: setting({
      about: 'Folder for the embedded database, media and downloaded models.',
      parse: text,
      fallback: './data',
    }),
    DATABASE_URL: optional({
      about: 'A PostgreSQL server (15 or later) in place of the embedded database.',
      parse: databaseAddress,
      shown: 'the embedded database',
      secret: true,
    }),
    DATABASE_POOL_SIZE: setting({
      about: 'Connections to the database at most.',
      parse: wholeNumber(2, 500),
      fallback: 20,
    }),
  },
  Accounts: {
    AUTH_SECRET: optional({
      about: 'Signs session cookies; at least 32 characters, the same on all servers of one installation.',
      parse: longSecret,
      shown: 'made at first start and kept in `DATA_DIR`',
      secret: true,
    }),
    SIGN_UP: setting({
      about:
        'Who may make an account after the first, which is the admin: `open` for everyone, `invitation` for the invited.',
      parse: oneOf('open', 'invitation'),
      fallback: 'invitation',
    }),
    SESSION_DAYS: setting({
      about: 'Days until a sign-in must be repeated.',
      parse: wholeNumber(1, 365),
      fallback: 30,
    }),
    ENCRYPTION_KEY: optional({
      about: 'Encrypts stored credentials; at least 32 characters, the same on all servers of one installation.',
      parse: longSecret,
      shown: 'made at first start and kept in `DATA_DIR`',
      secret: true,
    }),
    ENCRYPTION_KEY_PREVIOUS: optional({
      about: 'The former key after a change, so that what it encrypted can still be read.',
      parse: longSecret,
      secret: true,
    }),
  },
  'Secret stores': {
    VAULT_ADDR: optional({
      about: 'Address of HashiCorp Vault or OpenBao, for secrets that stand there.',
      parse: text,
    }),
    VAULT_TOKEN: optional({ about: 'Token that may read them.', parse: text, secret: true }),
    VAULT_NAMESPACE: optional({ about: 'Namespace, where the server has several.', parse: text }),
    AWS_REGION: optional({ about: 'Region of AWS Secrets Manager, for secrets that stand there.', parse: text }),
    AWS_ACCESS_KEY_ID: optional({
      about: 'Access key for AWS; without it the role of the machine, container or service account is used.',
      parse: text,
    }),
    AWS_SECRET_ACCESS_KEY: optional({ about: 'The secret of the access key.', parse: text, secret: true }),
    AWS_SESSION_TOKEN: optional({ about: 'Token of a temporary access key.', parse: text, secret: true }),
    AWS_ENDPOINT_URL: optional({ about: 'Address of AWS, where it is not the public one.', parse: text }),
  },
  Messages: {
    SMTP_URL: optional({
      about:
        'Mail server for alerts and reports, as `smtp://USER:PASSWORD@HOST:587` or `smtps://…` for TLS from the start. A password goes over a network only with TLS; `?requireTLS=false` at the end lifts that.',
      parse: mailServer,
      shown: 'no mail is sent',
      secret: true,
    }),
    MAIL_FROM: optional({
      about: 'Sender of that mail, as `name@example.org` or `mp4totext <name@example.org>`.',
      parse: mailAddress,
      shown: 'the user name of SMTP_URL',
    }),
    ALLOWED_PRIVATE_ADDRESSES: setting({
      about:
        'Private addresses or networks that webhooks and Slack channels may go to, such as `10.1.2.0/24`, separated by commas. Others are refused, so that nobody can make this server call into its own network.',
      parse: networks,
      fallback: [],
      shown: 'none',
    }),
  },
  Upload: {
    UPLOAD_MAX_SIZE: setting({ about: 'Largest recording.', parse: bytes, fallback: 10e9, shown: '`10GB`' }),
    UPLOAD_MAX_HOURS: setting({ about: 'Longest recording, in hours.', parse: wholeNumber(1, 200), fallback: 12 }),
  },
  Speech: {
    SPEECH_ENGINE: setting({
      about: 'Engine for new recordings unless another is chosen: `local`, `local/MODEL` or `PROVIDER/MODEL`.',
      parse: text,
      fallback: 'local',
    }),
    SPEECH_MODEL: setting({
      about: 'Model of the local engine: the built-in one, the name of a downloaded one, or a folder.',
      parse: text,
      fallback: 'base',
    }),
    SPEECH_MODEL_URL: optional({
      about:
        'Where speech models are downloaded from, in place of the public hub: a mirror with its paths, REPOSITORY/resolve/COMMIT/FILE.',
      parse: webAddress,
      shown: 'the public hub',
    }),
    SPEECH_THREADS: setting({
      about: 'Cores that the local engine uses.',
      parse: wholeNumber(1, 256),
      fallback: availableParallelism(),
      shown: 'all cores',
    }),
    SPEECH_LANGUAGES: setting({
      about:
        'Languages spoken here, likeliest first. When a recording’s language is detected with a probability under 0.95 and is none of these, one of them is taken if its text is likelier.',
      parse: languageCodes,
      fallback: ['en', 'tr'],
      shown: '`en,tr`',
    }),
    SPEECH_IDLE: setting({
      about: 'The engine leaves memory when it had nothing to do for so long.',
      parse: duration,
      fallback: 300_000,
      shown: '`5m`',
    }),
    SPEECH_MEMORY_LIMIT: setting({
      about: 'The engine’s process is ended, and the step fails, above this.',
      parse: bytes,
      fallback: 3e9,
      shown: '`3GB`',
    }),
    FFMPEG_PATH: optional({ about: 'The ffmpeg program.', parse: text, shown: '`ffmpeg` on the PATH' }),
    FFPROBE_PATH: optional({ about: 'The ffprobe program.', parse: text, shown: 'beside ffmpeg, or on the PATH' }),
  },
  Models: {
    DEFAULT_MODEL: optional({
      about: 'Model that enhances and summarizes unless another is chosen, as `PROVIDER/MODEL`.',
      parse: text,
      shown: 'the best available one',
    }),
    LAST_RESORT_MODEL: optional({
      about:
        'Models asked when all others failed, best first, as `PROVIDER/MODEL`, separated by commas; `none` for nobody. Those without a key are passed over.',
      parse: (value) => (value.trim() === 'none' ? [] : list(value)),
      shown: 'the last resort of the catalog',
    }),
    MODEL_SYNC_MAX_LOSS: setting({
      about:
        'A provider’s list that would switch off more than this share of its active models, in percent, is held for an administrator.',
      parse: wholeNumber(1, 100),
      fallback: 50,
    }),
    MODEL_SYNC_MIN_COUNT: setting({
      about: 'Fewer models than this may go at once without being held.',
      parse: wholeNumber(1, 1_000),
      fallback: 3,
    }),
    TIME_ZONE: setting({
      about: 'Time zone of what is done daily, such as the comparison with the providers’ lists at 03:00.',
      parse: timeZone,
      fallback: 'UTC',
    }),
  },
  Credits: {
    CREDITS: setting({
      about:
        'Whether use of AI models is counted in credits and limited by them: `on`, or `off` for a server whose users share one purse.',
      parse: oneOf('on', 'off'),
      fallback: 'on',
    }),
    NEW_USER_CREDITS: setting({
      about: 'Credits that each user begins with.',
      parse: wholeNumber(0, 1_000_000_000),
      fallback: 10_000,
    }),
  },
  Monitoring: {
    METRICS_TOKEN: optional({
      about:
        'Lets a supervisor read `/metrics` and `/api/v1/health/ai-models`, as `Authorization: Bearer TOKEN`; administrators may without.',
      parse: longSecret,
      shown: 'administrators only',
      secret: true,
    }),
    METRICS_PORT: optional({
      about: 'A process with `ROLE=worker` tells its metrics on this port; others do so where they serve the page.',
      parse: wholeNumber(1, 65_535),
      shown: 'a worker tells none',
    }),
    ERROR_LOG_PAYLOAD: setting({
      about:
        'What the error log keeps of a request that failed: `off`, `metadata` (its shape, without what people wrote) or `full`. Secrets are never kept.',
      parse: oneOf('off', 'metadata', 'full'),
      fallback: 'metadata',
    }),
    USAGE_RETENTION_DAYS: setting({
      about:
        'Days for which each call to a model and each failure is kept. Sums by hour stay 100 days, by day for good.',
      parse: wholeNumber(1, 3_650),
      fallback: 30,
    }),
    USAGE_SPOOL_LIMIT: setting({
      about:
        'Room on the disk for records of calls while the database cannot be reached; what finds none is counted as lost.',
      parse: bytes,
      fallback: 256e6,
      shown: '`256MB`',
    }),
    OTEL_EXPORTER_OTLP_ENDPOINT: optional({
      about: 'An OpenTelemetry collector (OTLP over HTTP) that gets traces.',
      parse: webAddress,
      shown: 'no traces',
    }),
    OTEL_EXPORTER_OTLP_HEADERS: optional({
      about: 'Headers for the collector, as `name=value`, separated by commas.',
      parse: headers,
      secret: true,
    }),
    OTEL_SERVICE_NAME: setting({ about: 'Name of this server in traces.', parse: text, fallback: 'mp4totext' }),
    OTEL_TRACES_SAMPLER_ARG: setting({
      about: 'Share of requests that are traced, 0 to 1.',
      parse: share,
      fallback: 1,
    }),
    SENTRY_DSN: optional({
      about: 'Faults of our own are told to this Sentry project, without secrets and without what people wrote.',
      parse: text,
      shown: 'nobody is told',
      secret: true,
    }),
    SENTRY_ENVIRONMENT: setting({ about: 'Name of this installation in Sentry.', parse: text, fallback: 'production' }),
  },
  Jobs: {
    ROLE: setting({
      about:
        'What this process does: `web` serves page and API, `worker` works on recordings, `all` does both. Processes of one installation share `DATABASE_URL`, `DATA_DIR`, `AUTH_SECRET` and `ENCRYPTION_KEY`.',
      parse: oneOf('all', 'web', 'worker'),
      fallback: 'all',
    }),
    JOB_CONCURRENCY: setting({
      about: 'Recordings that one process works on at a time.',
      parse: wholeNumber(1, 256),
      fallback: availableParallelism(),
      shown: 'the number of cores',
    }),
  },
} as const

type Groups = typeof SETTING_GROUPS
type Flat = { [Group in keyof Groups]: Groups[Group] }[keyof Groups]
type KeysOf<Union> = Union extends unknown ? keyof Union : never
type SettingOf<Key extends string> = Flat extends infer Union
  ? Union extends Record<Key, infer Found>
    ? Found
    : never
  : never

export type SettingKey = KeysOf<Flat>

/** The value of each setting, by its name in the environment. */
export type SettingValues = {
  readonly [Key in SettingKey]: ReturnType<SettingOf<Key>['parse']> | SettingOf<Key>['fallback']
}
