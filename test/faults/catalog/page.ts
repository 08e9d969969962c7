/** The figures of a run as `docs/faults-catalog.md`. */
import type { CatalogRun } from './run-catalog.ts'

const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`

/** What the house promises, and whether a run kept it. */
export const promises = (
  run: CatalogRun,
): readonly { readonly name: string; readonly kept: boolean; readonly value: string }[] => [
  { name: 'model-not-found that a user saw', value: String(run.modelNotFound), kept: run.modelNotFound === 0 },
  { name: 'token-limit errors that a user saw', value: String(run.tokenLimit), kept: run.tokenLimit === 0 },
  {
    name: 'requests answered',
    value: `${run.answered} of ${run.requests} (${share(run.answered, run.requests)})`,
    kept: run.answered >= run.requests * 0.999,
  },
  { name: 'credits lost', value: String(run.creditsLost), kept: run.creditsLost === 0 && run.accountsWrong === 0 },
  {
    name: 'answers that name another model than the one that answered',
    value: String(run.wrongNames),
    kept: run.wrongNames === 0,
  },
  {
    name: 'sentences lost or doubled in enhanced texts',
    value: String(run.lostOrDoubled),
    kept: run.lostOrDoubled === 0,
  },
  { name: 'wishes refused without a way on', value: String(run.refused), kept: run.refused === 0 },
]

export const toLines = (run: CatalogRun): string[] => [
  ...promises(run).map(({ name, value, kept }) => `${kept ? 'ok   ' : 'WRONG'} ${name}: ${value}`),
  `      texts: ${run.texts}, of them answered by another model: ${run.fallbacks}, with a warning: ${run.warned}`,
  `      calls to providers: ${run.calls}, failed: ${run.failedCalls}; plans changed by a limit error: ${run.replans}`,
  `      told at submit that the model is gone, with a live one that was taken: ${run.toldBefore}`,
  `      failures seen: ${JSON.stringify(run.failures)}; credits charged: ${run.creditsCharged.toFixed(2)}`,
  `      trouble: ${JSON.stringify(run.trouble)}; ${run.seconds.toFixed(0)} s`,
]

export const toPage = (run: CatalogRun, machine: string): string => `# While the catalog is in trouble

<!-- Written by \`npm run test:faults -- --catalog\`. Do not edit. -->

Users have texts made of their recordings: enhanced, summaries, translations, lecture notes, each with a model that they
chose or with "best". Meanwhile the models of four providers are in trouble; the fifth, which the last resort names, is
left alone. Everything is real but the providers: queue, workers, database, gateway, sync with the lists, ledger. The
providers are the simulator, over HTTP, in their own wire formats.

Every eighth of a second one thing happens, by a fixed seed: a model vanishes for a second or two (its calls are answered
with the provider's own "no such model"); a model's context shrinks to 2,048, 4,096 or 8,192 tokens; a model flaps (internal
error, overload, reset, a page of HTML, an empty answer, a stream that is cut, "no such model") for up to 1.6 s; a provider
allows 600 requests a minute; a provider's list comes back broken; the catalog is compared with a list.

| what | result |
| --- | --- |
${promises(run)
  .map(({ name, value }) => `| ${name} | ${value} |`)
  .join('\n')}

| the run | |
| --- | --- |
| texts made | ${run.texts} |
| answered by another model than the chosen one, and said so | ${run.fallbacks} |
| shown with a warning of the checks | ${run.warned} |
| calls that reached providers, of them failed | ${run.calls}, ${run.failedCalls} (${share(run.failedCalls, run.calls)}) |
| plans that a provider's limit error changed | ${run.replans} |
| wishes whose model was gone when they were made, told at once with a live one, which was taken | ${run.toldBefore} |
| models vanished, shrank, flapped | ${run.trouble.vanished}, ${run.trouble.shrunk}, ${run.trouble.flapped} |
| providers limited, lists broken, syncs | ${run.trouble.limited}, ${run.trouble.listsCut}, ${run.trouble.syncs} |
| credits charged | ${run.creditsCharged.toFixed(2)} |
| time | ${run.seconds.toFixed(0)} s |

How it is counted, after the run and from what is stored: a request is one question that a text took, answered or not.
A user sees a failure when a text failed or a part of it is missing. An answer names its true model when the simulator's own
log has a finished answer of that model to the same words. Credits lost are what left an account and stands in no charge that
is shown with a text; accounts are also compared with the sum of their ledger.

Measured on ${machine}. A smaller run of the same is a test: \`test/faults/catalog/catalog.test.ts\`.
`
