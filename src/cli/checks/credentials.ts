/** Each key of the settings: its length and form, masked, and what its provider says to it. */
import { createProviders } from '../../app/ai.ts'
import { NAMED_PROVIDERS } from '../../config/provider-settings.ts'
import { toAppError, type AppError } from '../../errors.ts'
import { createCaller } from '../../gateway/caller.ts'
import type { Provider } from '../../gateway/provider.ts'
import { combineSignals } from '../../lib/abort.ts'
import { maskSecret } from '../../models/credentials/mask-secret.ts'
import type { Check, CheckContext, Finding } from './check.ts'

const CALL_TIMEOUT_MS = 15_000

/** How the keys of those who give them a form begin; others may look like anything. */
const FORMS: Readonly<Record<string, RegExp>> = {
  openai: /^sk-[A-Za-z0-9_-]{20,}$/,
  anthropic: /^sk-ant-[A-Za-z0-9_-]{20,}$/,
  groq: /^gsk_[A-Za-z0-9]{20,}$/,
  gemini: /^AIza[A-Za-z0-9_-]{30,}$|^AQ\.[A-Za-z0-9_-]{20,}$/,
}

type Settings = CheckContext['config']['providers'][number]

interface Asked {
  readonly provider: Provider
  readonly baseUrl: string
  readonly secret: string | undefined
  readonly name: string
}

/** What the provider answers to a request for its list of models, which costs nothing. */
const callProvider = async ({ provider, baseUrl, secret, name }: Asked, { signal }: CheckContext): Promise<number> => {
  const caller = createCaller({ providers: [provider] })
  const credential =
    secret === undefined ? null : { id: name, name, provider: provider.id, secret: () => secret, weight: 1 }
  const limited = combineSignals(signal, AbortSignal.timeout(CALL_TIMEOUT_MS))
  const models = await caller.listModels(
    provider.id,
    { credential, baseUrl },
    { signal: limited, parameterPolicy: 'adapt' },
  )
  return models.length
}

const describe = (provider: Provider, secret: string | undefined): string => {
  if (secret === undefined) return `${provider.displayName}: no key`
  const form = FORMS[provider.id]
  const fits = form === undefined ? 'any form' : form.test(secret) ? 'usual form' : 'unusual form'
  return `${provider.displayName}: key ${maskSecret(secret)}, ${secret.length} characters, ${fits}`
}

const settingOf = ({ provider }: Asked): string => {
  const prefix = provider.id.toUpperCase().replaceAll('-', '_')
  return prefix in NAMED_PROVIDERS ? prefix : `OPENAI_COMPATIBLE_${prefix}`
}

const REFUSED: readonly string[] = ['credential-invalid', 'credential-missing', 'credential-forbidden']

const adviceFor = (asked: Asked, { code, entry }: AppError): string => {
  const name = settingOf(asked)
  if (REFUSED.includes(code)) return `Make a new key at the provider and write it in ${name}_API_KEY.`
  return code === 'provider-unreachable' ? `Check the network, and ${name}_BASE_URL if it is set.` : entry.advice
}

const checkOne = async (asked: Asked, context: CheckContext): Promise<Finding> => {
  const { provider, secret, baseUrl, name } = asked
  const told = describe(provider, secret)
  const details = { provider: provider.id, baseUrl, present: secret !== undefined, length: secret?.length ?? 0 }
  if (secret === undefined && provider.needsKey) {
    return { name, status: 'failed', message: told, advice: `Set ${settingOf(asked)}_API_KEY.`, details }
  }
  if (!context.online) return { name, status: 'skipped', message: `${told}, not called`, details }
  try {
    const models = await callProvider(asked, context)
    return { name, status: 'ok', message: `${told}, accepted, ${models} models`, details: { ...details, models } }
  } catch (thrown) {
    const error = toAppError(thrown)
    const message = `${told}. ${error.message}`
    return {
      name,
      status: 'failed',
      message,
      advice: adviceFor(asked, error),
      details: { ...details, code: error.code },
    }
  }
}

const toAsked = (settings: Settings, provider: Provider): Asked[] => {
  const baseUrl = settings.baseUrl ?? provider.baseUrl
  const secrets = settings.apiKeys.length === 0 ? [undefined] : settings.apiKeys
  return secrets.map((secret, at) => ({
    provider,
    baseUrl,
    secret,
    name: `credential ${settings.id}${secrets.length > 1 ? ` ${at + 1}` : ''}`,
  }))
}

export const checkCredentials: Check = async (context) => {
  const providers = new Map(createProviders(context.config).map((provider) => [provider.id, provider]))
  const asked = context.config.providers.flatMap((settings) => {
    const provider = providers.get(settings.id)
    return provider === undefined ? [] : toAsked(settings, provider)
  })
  if (asked.length === 0) {
    return [
      { name: 'credentials', status: 'ok', message: 'No provider is set up; texts are made by rules, without AI' },
    ]
  }
  return Promise.all(asked.map((one) => checkOne(one, context)))
}
