// The list of faults as Markdown, for the documentation page and for the shell.
import { FAULTS } from './faults/table.ts'
import type { FaultFamily } from './faults/types.ts'

const FAMILIES: Record<FaultFamily, string> = {
  error: 'Errors of the providers',
  connection: 'Connection',
  time: 'Time',
  stream: 'Stream',
  body: 'Body',
  answer: 'What the model says',
  sequence: 'Coming and going',
}

const cell = (text: string) => text.replace(/\|/g, '\\|')

export const renderFaultTable = (): string =>
  Object.entries(FAMILIES)
    .map(([family, title]) => {
      const rows = FAULTS.filter((fault) => fault.family === family).map(
        ({ name, args, what }) => `| \`${name}\` | ${cell(args ?? '')} | ${cell(what)} |`,
      )
      return `### ${title}\n\n| fault | arguments | what happens |\n| --- | --- | --- |\n${rows.join('\n')}\n`
    })
    .join('\n')
