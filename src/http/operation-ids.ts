/** Names of operations in the OpenAPI document: the names that the contract's modules export. */
import * as accounts from './contract/accounts.ts'
import * as alerts from './contract/alerts.ts'
import * as audit from './contract/audit.ts'
import * as auth from './contract/auth.ts'
import * as chains from './contract/chains.ts'
import * as credentials from './contract/credentials.ts'
import * as credits from './contract/credits.ts'
import * as errorLog from './contract/error-log.ts'
import * as errors from './contract/errors.ts'
import * as healthAi from './contract/health-ai.ts'
import * as heldModelLists from './contract/held-model-lists.ts'
import * as modelAdmin from './contract/model-admin.ts'
import * as models from './contract/models.ts'
import * as requestRules from './contract/request-rules.ts'
import type { RouteDefinition } from './contract/route.ts'
import * as reports from './contract/reports.ts'
import * as rollouts from './contract/rollouts.ts'
import * as schedules from './contract/schedules.ts'
import * as templates from './contract/templates.ts'
import * as texts from './contract/texts.ts'
import * as transcriptions from './contract/transcriptions.ts'
import * as uploads from './contract/uploads.ts'
import * as usage from './contract/usage.ts'
import * as validation from './contract/validate-model.ts'

const isRoute = (value: unknown): value is RouteDefinition =>
  typeof value === 'object' && value !== null && 'path' in value && 'access' in value

/** Every JSON route of the contract by name. */
export const contractRoutes: ReadonlyMap<string, RouteDefinition> = new Map(
  [
    accounts,
    alerts,
    audit,
    auth,
    chains,
    credentials,
    credits,
    errorLog,
    errors,
    healthAi,
    heldModelLists,
    modelAdmin,
    models,
    reports,
    requestRules,
    rollouts,
    schedules,
    templates,
    texts,
    transcriptions,
    uploads,
    usage,
    validation,
  ].flatMap((module) =>
    Object.entries(module).filter((entry): entry is [string, RouteDefinition] => isRoute(entry[1])),
  ),
)

const names = new Map<unknown, string>([...contractRoutes].map(([name, route]) => [route, name]))

export const operationIdOf = (route: RouteDefinition): string => names.get(route) ?? `${route.method} ${route.path}`
