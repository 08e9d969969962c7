/** The sentences in English. */
import { nested } from './nested.ts'
import type { ComparedMeasure, Words } from './statement.ts'

const percent = (share: number | null): string => (share === null ? 'unknown' : `${(share * 100).toFixed(1)} %`)
const many = (count: number, one: string, other = `${one}s`): string => `${count} ${count === 1 ? one : other}`
/** In the unit that a person would take. */
const lasting = (minutes: number): string => {
  if (minutes < 120) return many(minutes, 'more minute')
  return minutes < 2_880 ? many(Math.round(minutes / 60), 'more hour') : many(Math.round(minutes / 1_440), 'more day')
}
const usd = (amount: number): string => `${amount.toFixed(2)} USD`
const credits = (amount: number): string => (Math.round(amount * 100) / 100).toString()
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const MEASURES = { errors: 'error rate', latency: 'response time', cost: 'cost' } as const

const compared = ({ measure, control, candidate, difference }: ComparedMeasure): string => {
  if (measure === 'errors') return `errors ${percent(candidate)} against ${percent(control)}`
  const what = MEASURES[measure]
  return difference === null ? `${what} not measured` : `${what} ${difference.toFixed(2)} times the control’s`
}
const failed = ({ failures, requests, rate }: { failures: number; requests: number; rate: number }): string =>
  `failed ${failures} of ${requests} times (${percent(rate)})`
const inARow = (probes: number): string => `it answered ${many(probes, 'probe')} in a row`
const because = (reason: Parameters<typeof nested>[0]): string => nested(reason, english)

export const english: Words = {
  'model-failing': (it) => `${it.model} ${failed(it)} in ${many(it.minutes, 'minute')}`,
  'model-slow': ({ model, p95Ms, times }) =>
    `One in twenty answers of ${model} takes ${(p95Ms / 1_000).toFixed(1)} s or longer, ${times.toFixed(1)} times the usual`,
  'model-held-back': ({ model }) => `Calls to ${model} are held back after failures`,
  'model-switched-off': (it) => `${it.model} was switched off: it ${failed(it)}`,
  'model-switched-on': ({ model, probes }) => `${model} was switched on again: ${inARow(probes)}`,
  'model-answers': ({ model, probes }) => `${model} answers again and may be switched on: ${inARow(probes)}`,
  'key-refused': ({ key, error }) => `The key ${key} is refused: ${error}`,
  'list-endless': ({ provider }) => `${provider}’s list is endless`,
  'list-unreadable': ({ provider, rows }) =>
    `${provider}’s list has ${rows === 1 ? '1 row that names' : `${rows} rows that name`} no model`,
  'list-empty': ({ provider, active }) =>
    `${provider} lists no models; ${active === 1 ? '1 row of ours is' : `${active} rows of ours are`} on`,
  'list-shrunk': ({ provider, removed, active }) =>
    `${provider}’s list would switch off ${removed} of ${many(active, 'row')}`,
  'list-not-read': ({ provider, error }) => `The list of ${provider} could not be read: ${error}`,
  'chains-broken': ({ models }) => `Fallback chains name models that cannot answer: ${models.join(', ')}`,
  'providers-cost': ({ spentUsd, plannedUsd }) =>
    `Providers cost ${usd(spentUsd)} in this month; ${usd(plannedUsd)} were planned`,
  'user-budget-near': (it) =>
    `${it.user} has spent ${credits(it.spentCredits)} of ${credits(it.budgetCredits)} credits of the month’s budget`,
  'user-budget-used-up': (it) =>
    `The month’s budget of ${it.user} is used up: ${credits(it.spentCredits)} of ${credits(it.budgetCredits)} credits are spent, and work is refused`,
  'work-waits': ({ queue, minutes, waiting }) =>
    `Work of the kind ${queue} waits for ${many(Math.round(minutes), 'minute')}; ${many(waiting, 'job')} in line`,
  'disk-nearly-full': ({ freeShare, freeBytes }) =>
    `${percent(freeShare)} of the data folder’s disk is free (${(freeBytes / 1e9).toFixed(1)} GB)`,
  'schedule-failed': ({ schedule, error }) => `The schedule ${schedule} failed: ${error ?? 'for an unknown reason'}`,
  'rollout-completed': ({ candidate, control, reason }) =>
    `${candidate} in place of ${control} answers all users now.${because(reason)}`,
  'rollout-rolled-back': ({ candidate, control, reason }) =>
    `${candidate} in place of ${control} was rolled back.${because(reason)}`,

  'rule-off': () => 'The rule is switched off',
  'told-shortly-before': () => 'The same was told shortly before, and it was over again',
  'over-before-told': () => 'It was over before it was told',
  'no-channel': () => 'No channel is set for it',

  'watch-done': ({ raised, resolved, told, disabled }) =>
    `${many(raised, 'alert')} opened, ${resolved} over, ${many(told, 'message')}, ${many(disabled, 'model')} switched off`,
  'sync-done': ({ providers }) => providers.map(({ provider, outcome }) => `${provider} ${outcome}`).join(', '),
  'health-done': ({ answering, asked, silent }) =>
    `${answering} of ${many(asked, 'provider')} ${asked === 1 ? 'answers' : 'answer'}` +
    (silent.length === 0 ? '' : `; not ${silent.join(', ')}`),
  'limits-tried': ({ tried, grown, left, unpriced }) =>
    [
      tried === 0 ? 'No learned limit was to be tried' : `${many(tried, 'learned limit')} tried`,
      ...(grown.length === 0 ? [] : [`raised: ${grown.join(', ')}`]),
      ...(left === 0 ? [] : [`${left} left for another day, as the budget was used up`]),
      ...(unpriced === 0 ? [] : [`${unpriced} not tried, as the price is not known`]),
    ].join('; '),
  'no-provider': () => 'No provider is set up',
  'rollouts-stepped': ({ waiting, moved }) =>
    [
      ...moved.map(({ name, action }) => `${name}: ${action}`),
      ...(moved.length > 0 && waiting === 0 ? [] : [`${many(waiting, 'rollout')} ${waiting === 1 ? 'waits' : 'wait'}`]),
    ].join('; '),
  'report-done': ({ requests, errorRate, failing, disabled }) => {
    if (requests === 0) return 'No model was asked in this week'
    return [
      many(requests, 'request'),
      `${percent(errorRate)} errors`,
      ...(failing > 0 ? [`${many(failing, 'model')} failed often`] : []),
      ...(disabled > 0 ? [`${disabled} switched off`] : []),
    ].join(', ')
  },
  'upkeep-done': ({ partitions, rows }) =>
    `${partitions === 0 ? 'No day is over' : `${many(partitions, 'old partition')} dropped`}; ${many(rows, 'old row')} removed`,
  'holds-released': ({ holds }) =>
    holds === 0 ? 'No reservation had run out' : `${many(holds, 'reservation')} given back`,
  'run-before-goes-on': () => 'The run before was still going on',

  'rollout-began': () => 'It began',
  'decided-by': ({ by }) => `Decided by ${by}`,
  'candidate-needs-requests': ({ missing }) =>
    `${missing} more ${missing === 1 ? 'request is' : 'requests are'} needed in the candidate’s arm`,
  'control-needs-requests': ({ missing }) =>
    `${missing} more ${missing === 1 ? 'request is' : 'requests are'} needed in the control’s arm`,
  'stage-lasts': ({ minutes }) => `The stage lasts ${lasting(minutes)}`,
  'not-clear': ({ measures }) =>
    `Not clear yet whether the candidate is good enough: ${measures.map((one) => MEASURES[one]).join(', ')}`,
  'candidate-too-dear': ({ spentUsd }) => `The candidate cost ${usd(spentUsd)}, more than allowed`,
  'candidate-worse': ({ measures }) => `The candidate is worse: ${measures.map(compared).join(', ')}`,
  'arms-compared': ({ measures }) => sentence(measures.map(compared).join(', ')),

  'failed-of': ({ failures, requests }) => `${failures} of ${many(requests, 'request')} failed`,
}
