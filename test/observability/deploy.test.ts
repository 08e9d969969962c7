/** Dashboard and alert rules name metrics and labels that the server has, and the page of metrics names all of them. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createMetrics } from '../../src/app/metrics.ts'
import { attempt, failure } from './attempts.ts'

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

/** A server on which everything happened once. */
const scrape = async (): Promise<string> => {
  const metrics = createMetrics()
  metrics.meter.record(attempt())
  metrics.meter.record(attempt({ costMicrocents: null }))
  metrics.meter.record(failure())
  metrics.answered({ method: 'GET', route: '/', status: 200, durationMs: 3 })
  metrics.jobEnded({ job: 'text', outcome: 'done', durationMs: 1_000 })
  return metrics.text({
    breakers: [{ provider: 'alpha', model: 'big', state: 'open' }],
    queue: [{ name: 'text', waiting: 1, running: 1, failed: 0, oldestMs: 5 }],
    recorder: { recorded: 1, dropped: 0, waiting: 0 },
    credits: { balance: 1, held: 0, spent: 0 },
  })
}

const labelsByName = async (): Promise<Map<string, Set<string>>> => {
  const found = new Map<string, Set<string>>()
  for (const [, name = '', labels = ''] of (await scrape()).matchAll(/^([a-z_0-9]+)(?:\{([^}]*)\})? /gm)) {
    const names = [...labels.matchAll(/(\w+)=/g)].map(([, label = '']) => label)
    found.set(name, new Set([...(found.get(name) ?? []), ...names]))
  }
  return found
}

const dashboardQueries = async (): Promise<string[]> => {
  const dashboard = JSON.parse(await read('deploy/grafana/mp4totext.json')) as {
    panels: { title: string; targets?: { expr: string }[] }[]
    templating: { list: { definition?: string }[] }
  }
  return [
    ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
  ]
}

/** Expressions of the rules: what follows `expr:`, on its line or on the deeper ones below. */
const ruleQueries = async (): Promise<string[]> =>
  [...(await read('deploy/prometheus/mp4totext.rules.yml')).matchAll(/expr: (?:\|\n((?: {10}.*\n)+)|(.+)\n)/g)].map(
    ([, block, line]) => block ?? line ?? '',
  )

const METRIC = /\b(?:mp4totext|process|nodejs)_[a-z0-9_]+/g

test.each([
  ['the dashboard', dashboardQueries, 25],
  ['the alert rules', ruleQueries, 11],
])('%s asks for metrics and labels that there are', async (_name, read, atLeast) => {
  const known = await labelsByName()
  const queries = await read()
  expect(queries.length).toBeGreaterThanOrEqual(atLeast)
  for (const query of queries) {
    for (const [metric] of query.matchAll(METRIC)) expect([...known.keys()], query).toContain(metric)
    for (const [, metric = '', selectors = ''] of query.matchAll(/\b(mp4totext_[a-z0-9_]+)\{([^}]*)\}/g))
      for (const [, label] of selectors.matchAll(/(\w+)(?:=~|!~|!=|=)"/g))
        expect(known.get(metric), query).toContain(label)
    const open = query.split('(').length
    expect(query.split(')').length, query).toBe(open)
  }
})

test('every metric is drawn or watched', async () => {
  const queries = [...(await dashboardQueries()), ...(await ruleQueries())].join('\n')
  for (const { name } of await createMetrics().describe())
    if (name !== 'mp4totext_usage_recorded') expect(queries).toContain(name)
})

test('docs/metrics.md names every metric with its type and meaning, and no other', async () => {
  // The formatter pads the table's cells.
  const page = (await read('docs/metrics.md')).replace(/ +\|/g, ' |')
  const metrics = await createMetrics().describe()
  for (const { name, type, help } of metrics) expect(page).toContain(`| \`${name}\` | ${type} | ${help} |`)
  const named = new Set([...page.matchAll(/^\| `(mp4totext_[a-z0-9_]+)`/gm)].map(([, name]) => name))
  expect([...named].sort()).toEqual(metrics.map(({ name }) => name).sort())
})
