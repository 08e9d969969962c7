import type { ProbeReport } from '../availability/probe-plan.ts'
import type { ProviderResult } from './sync-provider.ts'

/** The result of what is built in: it has no list to be read. */
const withoutList = (provider: string): ProviderResult => ({
  provider,
  outcome: 'unchanged',
  diff: null,
  message: null,
  errorCode: null,
  heldId: null,
  durationMs: 0,
  checked: 0,
})

/** Each provider's result with what its models answered. */
export const withReports = (
  results: readonly ProviderResult[],
  reports: readonly ProbeReport[],
): readonly ProviderResult[] => {
  const reportOf = new Map(reports.map((report) => [report.provider, report]))
  const listed = new Set(results.map(({ provider }) => provider))
  const builtIn = reports.filter(({ provider }) => !listed.has(provider))
  return [...results, ...builtIn.map(({ provider }) => withoutList(provider))].map((result) => ({
    ...result,
    probes: reportOf.get(result.provider) ?? null,
  }))
}
