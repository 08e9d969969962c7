/** The cells as a page: one row a fault, one column a provider. */
import type { Cell, Way } from './run-cell.ts'
import { FAULTS } from './faults.ts'
import { STAND_IN, TARGETS } from './targets.ts'

const WAYS: Readonly<Record<Way, { readonly title: string; readonly text: string }>> = {
  'stream-alone': {
    title: 'A stream, and nobody else to ask',
    text: 'What the caller gets when the request allows no fallback.',
  },
  'stream-helped': {
    title: 'A stream, and another provider ready',
    text: 'What the caller gets when one healthy model of another provider may be asked.',
  },
  'plain-helped': {
    title: 'A whole answer, and another provider ready',
    text: 'The same with a request for the answer in one piece.',
  },
}

const seconds = (durationMs: number): string => `${(durationMs / 1_000).toFixed(1)} s`

const outcome = (cell: Cell): string => {
  if (cell.ending === 'cut') return 'half, flagged'
  if (cell.ending !== 'whole') return `\`${cell.ending}\``
  if (cell.notes.includes('continued')) return 'whole, joined'
  return cell.provider === STAND_IN ? 'whole, by the other' : 'whole'
}

const count = (cell: Cell): number => cell.attempts.filter((attempt) => attempt.outcome !== 'skipped').length

const toText = (cell: Cell | undefined, reason: string | undefined): string =>
  cell === undefined ? `— (${reason ?? 'not run'})` : `${outcome(cell)}, ${count(cell)}×, ${seconds(cell.durationMs)}`

const table = (cells: readonly Cell[], way: Way): string => {
  const rows = FAULTS.map((spec) => {
    const columns = TARGETS.map((target) => {
      const cell = cells.find((one) => one.way === way && one.fault === spec && one.target === target)
      return toText(cell, spec.notAt?.[target.name])
    })
    const name = spec.closedPort ? 'closed port' : spec.fault
    return `| ${[`\`${name}\`<br>${spec.what}`, ...columns].join(' | ')} |`
  })
  const head = ['fault', ...TARGETS.map((target) => target.name)]
  return [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...rows].join('\n')
}

export const toPage = (cells: readonly Cell[], limits: string): string => {
  const sections = (Object.keys(WAYS) as Way[]).map(
    (way) => `## ${WAYS[way].title}\n\n${WAYS[way].text}\n\n${table(cells, way)}`,
  )
  return `# What happens when a provider fails

<!-- Written by \`npm run test:faults\`. Do not edit. -->

Each cell is one request through the gateway over real HTTP against the simulator, which answers with the fault in the
provider's own wire format. A cell says what the caller got, how many calls were made, and how long it took. The run used
short time limits (${limits}), so that it ends soon; the defaults are 12 s to the first token and 15 s between tokens.
A run that gets another class, a text that is not the whole one and does not say so, a hang, or a call that the simulator did
not see fails. \`ollama-v1\` and \`gemini-v1\` are the OpenAI-shaped paths of those servers, set up as compatible providers.
A refusal is \`whole\` at \`ollama\` alone: its wire ends every answer with \`stop\`, so that a refusal is text like any other.
The OpenAI-shaped path is tested with \`content_filter\`; where a server says \`stop\` there too, the same holds.

${cells.length} cells, ${FAULTS.length} faults, ${TARGETS.length} providers.

${sections.join('\n\n')}
`
}
