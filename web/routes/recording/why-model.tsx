/** Why this model wrote the text: who was asked and how it went, who stood next, who was passed over, how it was cut. */
import { Badge, Text } from '@mantine/core'
import type { TFunction } from 'i18next'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Because } from '../../../src/http/contract/reason.ts'
import type { TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import { translateCode } from '../../describe-problem.ts'
import { formatNumber, formatTook } from '../../format.ts'
import { readBecause, sayReason } from '../../say-because.ts'
import { isAutomatic, modelName } from '../../components/model-options.ts'
import { useProviderNames, type ProviderNames } from '../../provider-names.ts'
import classes from './why-model.module.css'

interface Asked {
  provider: string
  model: string
  outcome: string
  errorCode: string | null
  durationMs: number
  reason: string
  because: Because
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Attempts are kept as the gateway wrote them; what does not look like one is left out. */
const attemptsOf = ({ attempts }: TranscriptionText): Asked[] =>
  attempts
    .toSorted((one, other) => Number(one['startedAtMs']) - Number(other['startedAtMs']))
    .flatMap(({ provider, model, outcome, errorCode, durationMs, reason, because }) =>
      isText(provider) && isText(model) && isText(outcome)
        ? [
            {
              provider,
              model,
              outcome,
              errorCode: isText(errorCode) ? errorCode : null,
              durationMs: typeof durationMs === 'number' ? durationMs : 0,
              reason: isText(reason) ? reason : '',
              because: readBecause(because),
            },
          ]
        : [],
    )

interface Tally extends Asked {
  times: number
}

/** A long text takes hundreds of requests: those with the same end stand as one line. */
const tallyOf = (attempts: readonly Asked[]): Tally[] => {
  const lines = new Map<string, Tally>()
  for (const attempt of attempts) {
    const key = [attempt.provider, attempt.model, attempt.outcome, attempt.errorCode].join('\n')
    const line = lines.get(key)
    if (line === undefined) lines.set(key, { ...attempt, times: 1 })
    else lines.set(key, { ...line, times: line.times + 1, durationMs: line.durationMs + attempt.durationMs })
  }
  return [...lines.values()]
}

const outcomeOf = (t: TFunction, { outcome, errorCode }: Asked): string =>
  errorCode === null ? t(`why.outcome.${outcome}`) : translateCode(t, errorCode).title

/** The built-in rules have one name, in the page's language. */
const nameOf = (
  t: TFunction,
  providers: ProviderNames,
  { provider, model }: { provider: string; model: string },
): string => (provider === 'offline' ? t('text.byBasic') : `${providers.of(provider)} · ${model}`)

const askedFor = (t: TFunction, providers: ProviderNames, asked: string): string => {
  if (asked.startsWith('offline/')) return t('text.byBasic')
  return isAutomatic(asked) ? modelName(t, asked, []) : providers.inRef(asked)
}

const Attempts = ({ attempts }: { attempts: Asked[] }): ReactElement => {
  const { t, i18n } = useTranslation()
  const providers = useProviderNames()
  return (
    <ol className={classes.list}>
      {tallyOf(attempts).map((line) => (
        <li key={`${line.provider}${line.model}${line.outcome}${line.errorCode ?? ''}`}>
          <strong>{nameOf(t, providers, line)}</strong>{' '}
          <Badge size="xs" color={line.outcome === 'answered' ? 'pine' : line.outcome === 'failed' ? 'rose' : 'gray'}>
            {outcomeOf(t, line)}
          </Badge>
          <span className={classes.reason}>
            {[
              line.reason === '' ? null : sayReason(t, i18n.language, line.reason, providers.inBecause(line.because)),
              line.times > 1 ? t('why.times', { count: line.times }) : null,
              line.durationMs >= 100 ? formatTook(line.durationMs / line.times, i18n.language) : null,
            ]
              .filter((fact) => fact !== null && fact !== '')
              .join(' · ')}
          </span>
        </li>
      ))}
    </ol>
  )
}

const Others = ({
  title,
  others,
}: {
  title: string
  others: { name: string; reason: string }[]
}): ReactElement | null =>
  others.length === 0 ? null : (
    <>
      <Text size="xs" fw={600} mt={8}>
        {title}
      </Text>
      <ul className={classes.list}>
        {others.map(({ name, reason }) => (
          <li key={name}>
            {name}
            <span className={classes.reason}>{reason}</span>
          </li>
        ))}
      </ul>
    </>
  )

/** The first of those passed over; a catalog has hundreds. */
const mostOthers = 8

export const WhyModel = ({ text }: { text: TranscriptionText }): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const attempts = attemptsOf(text)
  const { decision, plan } = text
  const providers = useProviderNames()
  if (attempts.length === 0 && decision === null) return null
  const askedNames = new Set(attempts.map(({ provider, model }) => `${provider}/${model}`))
  const named = (list: readonly { provider: string; model: string; reason: string; because?: Because | undefined }[]) =>
    list
      .filter(({ provider, model }) => !askedNames.has(`${provider}/${model}`))
      .map(({ provider, model, reason, because }) => ({
        name: nameOf(t, providers, { provider, model }),
        reason: sayReason(t, i18n.language, reason, providers.inBecause(because)),
      }))
  const skipped = named(decision?.skipped ?? [])
  return (
    <details className={classes.root} data-why-model>
      <summary>{t('why.title')}</summary>
      {decision !== null && (
        <p className={classes.asked}>
          {t('why.asked', {
            asked: askedFor(t, providers, decision.asked),
          })}{' '}
          {t(`why.chain.${decision.chain}`)}
        </p>
      )}
      <Attempts attempts={attempts} />
      <Others title={t('why.next')} others={named(decision?.targets ?? [])} />
      <Others title={t('why.passedOver')} others={skipped.slice(0, mostOthers)} />
      {skipped.length > mostOthers && (
        <Text size="xs" c="dimmed">
          {t('why.more', { count: skipped.length - mostOthers })}
        </Text>
      )}
      {plan !== null && <Plan plan={plan} />}
    </details>
  )
}

const Plan = ({ plan }: { plan: NonNullable<TranscriptionText['plan']> }): ReactElement => {
  const { t, i18n } = useTranslation()
  const number = (value: number): string => formatNumber(value, i18n.language, 0)
  const facts = [
    t('why.plan.tokens', { tokens: number(plan.inputTokens) }),
    t('why.plan.chunks', { count: plan.chunks }),
    plan.levels > 1 ? t('why.plan.levels', { count: plan.levels }) : null,
    t('why.plan.requests', { count: plan.requests }),
    plan.replans > 0 ? t('why.plan.replans', { count: plan.replans }) : null,
    plan.contextLength === null ? null : t('why.plan.context', { tokens: number(plan.contextLength) }),
  ]
  return (
    <Text size="xs" c="dimmed" mt={8} data-plan>
      {facts.filter((fact) => fact !== null).join(' · ')}
    </Text>
  )
}
