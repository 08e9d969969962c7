/** The catalog's differences and tables as lines for a terminal. */
import type { ListDiff } from '../../models/sync/diff.ts'
import type { SyncOutcome } from '../../models/sync/sync-catalog.ts'

/** Columns as wide as their widest cell; the last one is left ragged. */
export const toTable = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  return `${[head, ...rows].map(line).join('\n')}\n`
}

const WORDS: Readonly<Record<SyncOutcome['results'][number]['outcome'], string>> = {
  applied: 'changed',
  unchanged: 'nothing new',
  held: 'HELD for a decision',
  failed: 'FAILED, nothing changed',
  skipped: 'left out',
  'would-apply': 'would change',
  'would-hold': 'would be HELD for a decision',
}

const toValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const diffLines = ({ added, removed, back, updated, notes }: ListDiff): string[] => [
  ...added.map(({ key, operations, active }) => `  + ${key} (${operations.join(', ')}${active ? '' : ', off'})`),
  ...removed.map(({ key, reason }) => `  - ${key}: ${reason}`),
  ...back.map(({ key, reason }) => `  ? ${key}: ${reason}`),
  ...updated.flatMap(({ key, changes }) =>
    changes.map(({ field, from, to }) => `  ~ ${key}: ${field} ${toValue(from)} → ${toValue(to)}`),
  ),
  ...notes.map(({ key, note }) => `  ! ${key}: ${note}`),
]

export const toDiffLines = ({ results, deadTargets }: SyncOutcome): string => {
  const lines = results.flatMap(({ provider, outcome, message, diff }) => [
    `${provider}: ${WORDS[outcome]}${message === null ? '' : `. ${message}`}`,
    ...(diff === null ? [] : diffLines(diff)),
  ])
  const dead = deadTargets.map(
    ({ chain, model, reason, suggestions }) =>
      `Fallback chain “${chain}” names ${model}: ${reason}. Take ${suggestions.join(', ') || 'another one'}.`,
  )
  return `${[...lines, ...dead].join('\n')}\n`
}
