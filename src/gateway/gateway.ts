/**
 * The one way to ask a model: whichever provider answers, however many are asked, the answer says who did and what it
 * took. Wires routing, door and conduct together for the operations and decides nothing itself.
 */
import { systemClock, type Clock } from '../lib/clock.ts'
import { createId } from '../lib/ids.ts'
import type { Caller } from './call.ts'
import type { Catalog } from './catalog/catalog.ts'
import { createLearnedRules, type LearnedRules } from './catalog/learned-rules.ts'
import { costOf } from './metering/cost.ts'
import { combineMeters, silentMeter, type Meter } from './metering/meter.ts'
import type { OnRefusal } from './metering/refusal.ts'
import { createStatistics, type RememberedCalls, type Statistics } from './metering/statistics.ts'
import { createChatOperations, type ChatOperations } from './operations/chat.ts'
import { createPlainOperations, type PlainOperations } from './operations/plain.ts'
import { createDoor, type Door } from './resilience/door/admission.ts'
import { createCredentialPool, type AccessSource, type CredentialPool } from './resilience/door/credential-pool.ts'
import { listWithCredential, type ListOptions } from './resilience/list-with-credential.ts'
import type { DecisionRecord, RequestDeps } from './resilience/open-request.ts'
import { DEFAULT_POLICY, type GatewayPolicy } from './resilience/policy.ts'
import type { Lives } from './routing/live-first.ts'
import { noSubstitution, type Substitution } from './routing/substitute.ts'
import { createCalibration, type Calibration } from './tokens/calibration.ts'
import { createTokenCounter, type CalibratedCounter, type TokenizerOf } from './tokens/counter.ts'
import type { ListedModel, ModelRow } from './types/models.ts'

export interface GatewayDeps {
  readonly caller: Caller
  readonly catalog: Catalog
  /** Base URL and credentials of a provider, read at every call. */
  readonly credentials: AccessSource
  readonly meter?: Meter
  /** What the host remembers of calls before this process and of other ones. */
  readonly remembered?: (row: Pick<ModelRow, 'provider' | 'key'>) => RememberedCalls | null
  readonly clock?: Clock
  readonly random?: () => number
  readonly policy?: GatewayPolicy
  readonly learned?: LearnedRules
  readonly tokenizerOf?: TokenizerOf
  /** What was learned about token counts, kept over restarts by the host. */
  readonly calibration?: Calibration
  /** Lets one model stand in for another for some callers. */
  readonly substitute?: Substitution
  /** Whether anybody saw a model answer; a host that looks at nothing is told of nobody that it is unconfirmed. */
  readonly lives?: Lives
  /** The models asked when all others failed, as they are now; left out: those of the policy. */
  readonly lastResort?: () => readonly string[]
  /** Hears of every request that is over why it went where it went. Must not throw and must not wait. */
  readonly onDecision?: (record: DecisionRecord) => void
  /** Hears of every request that ended before any model was called. */
  readonly onRefusal?: OnRefusal
}

/** What the gateway knows about its targets now, for the pages of the administrator. */
export interface GatewayInsight {
  readonly door: Door
  readonly pool: CredentialPool
  readonly statistics: Statistics
  readonly learned: LearnedRules
  readonly counter: CalibratedCounter
}

export interface Gateway extends ChatOperations, PlainOperations {
  /** What a provider lists now. Rejects with `credential-missing` before any call, or as the provider failed. */
  listModels(provider: string, options?: ListOptions): Promise<ListedModel[]>
  readonly insight: GatewayInsight
}

export const createGateway = (given: GatewayDeps): Gateway => {
  const { caller, catalog, credentials, policy = DEFAULT_POLICY, clock = systemClock, random = Math.random } = given
  const statistics = createStatistics(clock.now, given.remembered)
  const calibration = given.calibration ?? createCalibration()
  const counter = createTokenCounter({ calibration, ...(given.tokenizerOf && { tokenizerOf: given.tokenizerOf }) })
  const pool = createCredentialPool({ now: clock.now, random })
  const door = createDoor({ clock, access: credentials, pool, policy })
  const learned = given.learned ?? createLearnedRules()
  const requests: RequestDeps = {
    catalog,
    door,
    policy,
    clock,
    random,
    learned,
    newId: createId,
    health: statistics.health,
    substitute: given.substitute ?? noSubstitution,
    lives: given.lives ?? (() => true),
    meter: combineMeters(statistics, given.meter ?? silentMeter),
    costOf: (row, usage) => costOf({ usage, prices: row.prices }),
    lastResort: given.lastResort ?? (() => policy.routing.lastResort),
    onDecision: given.onDecision ?? (() => {}),
    onRefusal: given.onRefusal ?? (() => {}),
  }
  const operations = { caller, counter, policy, requests }
  return {
    ...createChatOperations(operations),
    ...createPlainOperations(operations),
    listModels: (provider, options) =>
      listWithCredential({ caller, access: credentials, pool, clock }, provider, options),
    insight: { door, pool, statistics, learned, counter },
  }
}
