/** What the routes call. Each is an interface of its room; `app.ts` fills them in. */
import type { Accounts } from '../accounts/accounts.ts'
import type { Credits } from '../credits/credits.ts'
import type { Estimate } from '../credits/estimate.ts'
import type { Clock } from '../lib/clock.ts'
import type { LearnedRule, LearnedRuleName, OnRefusal } from '../gateway/index.ts'
import type { Chains } from '../models/chains/chains.ts'
import type { Decisions } from '../models/chains/decisions.ts'
import type { ModelAdmin } from '../models/administration/model-admin.ts'
import type { Alerts } from '../models/alerts/alerts.ts'
import type { AutoDisable } from '../models/auto-disable/auto-disable.ts'
import type { ProviderCredentials } from '../models/credentials/credentials.ts'
import type { Reports } from '../models/reports/reports.ts'
import type { Rollouts } from '../models/rollout/rollouts.ts'
import type { Selection, SelectionQuery } from '../models/selection/selection.ts'
import type { Schedules } from '../models/schedules/schedules.ts'
import type { QueueLoad } from '../jobs/queue-load.store.ts'
import type { ErrorLog } from '../models/error-log/error-log.ts'
import type { Figures } from '../models/usage/figures.ts'
import type { ModelsHealth } from '../models/usage/models-health.ts'
import type { RecorderCounts } from '../models/usage/recorder/recorder.ts'
import type { SeriesPoint, Usage } from '../models/usage/usage.ts'
import type { ModelValidation } from '../models/validation/validate-model.ts'
import type { Templates } from '../transcription/templates/templates.ts'
import type { Transcriptions } from '../transcription/transcriptions.ts'
import type { AutomaticChoice, EngineOption, ModelOption, SpeechModel } from './contract/models.ts'
import type { chargedOperations, CreditAccount } from './contract/credits.ts'
import type { RequestObserver } from './observe.ts'
import type { HttpSettings } from './settings.ts'
import type { UploadsStore } from './uploads/uploads.store.ts'

/** Models that write and engines that hear, with what each can do now. */
export interface ModelDirectory {
  /** `live`: providers are asked for their lists first; one that does not answer leaves its models as they are known. */
  list(
    live: boolean,
    signal: AbortSignal,
  ): Promise<{ models: ModelOption[]; engines: EngineOption[]; automatic: AutomaticChoice[] }>
}

/** Local speech models on this server. Errors: `not-found` for a name nobody knows, `forbidden` for the shipped one. */
export interface SpeechModels {
  list(): Promise<SpeechModel[]>
  /** Starts or resumes a download and returns at once; its progress is in `list`. */
  download(name: string): Promise<SpeechModel>
  /** Stops a download, or removes a downloaded model. */
  remove(name: string): Promise<void>
}

/** Keys for providers, and what was learned from them. */
export interface ProviderAdmin extends Pick<ProviderCredentials, 'list' | 'save' | 'change' | 'remove' | 'test'> {
  readonly providers: readonly { readonly id: string; readonly displayName: string; readonly needsKey: boolean }[]
  /** The rest that a provider imposed on a key, if any is going on. */
  restOf(credentialId: string): { readonly untilMs: number; readonly message: string } | null
  learnedRules(): readonly LearnedRule[]
  /** False when there is no such rule. */
  forgetRule(rule: LearnedRuleName): Promise<boolean>
}

export type ChargedOperation = (typeof chargedOperations)[number]

/** Credits, of whomever: the routes say whose. */
export interface CreditDesk extends Pick<
  Credits,
  | 'enabled'
  | 'newUserCredits'
  | 'balance'
  | 'grant'
  | 'setMonthlyLimit'
  | 'entries'
  | 'csv'
  | 'spend'
  | 'prices'
  | 'setPrice'
  | 'resetPrice'
> {
  /** Error: `not-found`. */
  requireUser(userId: string): Promise<{ readonly id: string; readonly email: string }>
  accounts(query: {
    readonly search?: string | undefined
    readonly limit: number
    readonly offset: number
  }): Promise<{ items: CreditAccount[]; total: number }>
  /** Error: `not-found` for a recording that is not the user's. */
  estimate(
    userId: string,
    wish: {
      readonly operations: readonly ChargedOperation[]
      readonly model: string
      readonly engine: string
      readonly transcriptionId?: string | undefined
      readonly durationSecond?: number | undefined
      readonly characters?: number | undefined
    },
  ): Promise<Estimate>
}

/** What watches over the models and steers them. */
export interface Steering {
  readonly schedules: Schedules
  readonly alerts: Alerts
  /** Models that were switched off for their errors. */
  readonly disablements: AutoDisable['list']
  readonly reports: Pick<Reports, 'list' | 'find'>
  readonly rollouts: Pick<Rollouts, 'list' | 'find' | 'create' | 'steer'>
  readonly selection: (query: SelectionQuery) => Selection
}

/** What administrators and supervisors see of calls to models. */
export interface Monitoring {
  readonly usage: Usage
  readonly errors: ErrorLog
  health: ModelsHealth
  live(): Promise<{
    readonly at: string
    /** The last hour, and the last five minutes as one. */
    readonly minutes: readonly SeriesPoint[]
    readonly lately: Figures
    readonly queue: readonly QueueLoad[]
    readonly breakers: readonly {
      readonly provider: string
      readonly model: string | null
      readonly state: 'open' | 'half-open'
    }[]
    readonly recorder: RecorderCounts
  }>
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>
  readonly observer: RequestObserver
  /** Keeps in the error log that a request was refused before any model was called. */
  readonly refuse: OnRefusal
  /** Lets a supervisor in without an account; undefined: administrators only. */
  readonly token: string | undefined
}

export interface HttpDependencies {
  readonly settings: HttpSettings
  readonly clock: Clock
  readonly accounts: Accounts
  readonly transcriptions: Transcriptions
  readonly templates: Templates
  readonly chains: Omit<Chains, 'chainFor' | 'lastResortNames' | 'checked'>
  readonly decisions: Pick<Decisions, 'list'>
  readonly models: ModelDirectory
  readonly modelAdmin: ModelAdmin
  readonly modelValidation: ModelValidation
  readonly steering: Steering
  readonly credits: CreditDesk
  readonly speechModels: SpeechModels
  readonly providers: ProviderAdmin
  readonly monitoring: Monitoring
  readonly uploads: UploadsStore
  /** Whether everything that a request needs can be reached; names what cannot. */
  readonly readiness: () => Promise<Readonly<Record<string, boolean>>>
  /** Aborted when the server begins to close: long answers end then. */
  readonly closing: AbortSignal
}
